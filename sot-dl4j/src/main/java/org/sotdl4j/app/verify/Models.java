package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.PiT;
import org.sotdl4j.zoo.STViT;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.SoT;
import org.sotdl4j.zoo.Swin;
import org.sotdl4j.zoo.T2TViT;
import org.sotdl4j.zoo.VisionTransformer;
import tools.jackson.databind.JsonNode;

/** The models of this project by the official configurations that cases hold. */
final class Models {

  private Models() {}

  /**
   * The model of a case, with all dropping off as in the fixtures.
   *
   * @throws NotThereYet if the project has no such family
   */
  static Model of(JsonNode fixture) {
    JsonNode shape = fixture.get("input").get("shape");
    Setup setup =
        Setup.of(shape.get(2).asInt(), shape.get(1).asInt(), fixture.get("num_classes").asInt());
    JsonNode config = fixture.get("config");
    return switch (fixture.get("family").asString()) {
      case "SoT" -> soT(setup, config);
      case "SoViT" -> soViT(setup, config);
      case "DeiT", "ViT" ->
          visionTransformer(setup, config, fixture.get("source").get("constructor").asString());
      case "Swin" -> swin(setup, config);
      case "T2T" -> t2tViT(setup, config, fixture.get("source").get("file").asString());
      case "PiT" -> piT(setup, config, fixture.get("source").get("constructor").asString());
      case "STViT" -> stViT(setup, config);
      default -> throw new NotThereYet("The family " + fixture.get("family").asString());
    };
  }

  private static SoT soT(Setup setup, JsonNode config) {
    int dim = config.get("embed_dim").asInt();
    TokenStyle tokens =
        SoTLayers.tokens(
            config.get("tokens").asString(),
            tokenDim(config),
            config.path("large_output").asBoolean(false));
    return soT(setup, config, tokens, SoTHeads.of(config, dim));
  }

  private static SoT soViT(Setup setup, JsonNode config) {
    int dim = config.get("embed_dim").asInt();
    TokenStyle tokens = SoViTLayers.tokens(config.get("tokens").asString(), tokenDim(config));
    JsonNode head = config.has("representation") ? config.get("representation") : config;
    return soT(setup, config, tokens, SoViTLayers.head(head, dim));
  }

  private static int tokenDim(JsonNode config) {
    return config.path("token_dim").asInt(64);
  }

  private static SoT soT(
      Setup setup, JsonNode config, TokenStyle tokens, ClassificationHead classification) {
    int dim = config.get("embed_dim").asInt();
    // The full-size So-ViT cases give the hidden width itself; half a unit more survives rounding.
    double mlpRatio =
        config.has("mlp_hidden")
            ? (config.get("mlp_hidden").asInt() + 0.5) / dim
            : config.get("mlp_ratio").asDouble();
    return new SoT(
        setup,
        dim,
        config.get("depth").asInt(),
        config.get("num_heads").asInt(),
        mlpRatio,
        config.path("qkv_bias").asBoolean(false),
        tokens,
        classification,
        InputSpec.imageNet(setup.imageSize(), 0.875));
  }

  private static VisionTransformer visionTransformer(
      Setup setup, JsonNode config, String constructor) {
    return new VisionTransformer(
        setup,
        config.get("patch_size").asInt(),
        config.get("embed_dim").asInt(),
        config.get("depth").asInt(),
        config.get("num_heads").asInt(),
        config.get("mlp_ratio").asDouble(),
        config.get("qkv_bias").asBoolean(),
        config.get("ln_eps").asDouble(),
        distilled(config, constructor),
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  /** What a configuration leaves out has the official constructor's default. */
  private static Swin swin(Setup setup, JsonNode config) {
    return new Swin(
        setup,
        new PatchTokens(
            config.path("patch_size").asInt(4), config.path("patch_norm").asBoolean(true)),
        config.path("ape").asBoolean(false),
        config.path("embed_dim").asInt(96),
        integers(config, "depths", List.of(2, 2, 6, 2)),
        integers(config, "num_heads", List.of(3, 6, 12, 24)),
        config.path("window_size").asInt(7),
        config.path("mlp_ratio").asDouble(4),
        config.path("qkv_bias").asBoolean(true),
        config.path("qk_scale").asDouble(0),
        Optional.empty(),
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  private static List<Integer> integers(JsonNode config, String name, List<Integer> otherwise) {
    List<Integer> numbers = new ArrayList<>();
    config.path(name).forEach(number -> numbers.add(number.asInt()));
    return numbers.isEmpty() ? otherwise : numbers;
  }

  /** The factories' cases say the width inside the MLPs, the others its ratio. */
  private static T2TViT t2tViT(Setup setup, JsonNode config, String file) {
    int dim = config.path("embed_dim").asInt(768);
    int heads = config.path("num_heads").asInt(12);
    double ratio = config.path("mlp_ratio").asDouble(4);
    int hidden = config.path("mlp_hidden").asInt((int) (dim * ratio));
    boolean qkvBias = config.path("qkv_bias").asBoolean(false);
    double scale = config.path("qk_scale").asDouble(0);
    int depth = config.path("depth").asInt(12);
    T2TViT.Backbone backbone =
        switch (file) {
          case "models/t2t_vit.py" ->
              new T2TViT.Sequence(T2TViT.Style.PLAIN, depth, heads, hidden, qkvBias, scale);
          case "models/t2t_vit_se.py" ->
              new T2TViT.Sequence(
                  T2TViT.Style.SQUEEZE_EXCITE, depth, heads, hidden, qkvBias, scale);
          case "models/t2t_vit_ghost.py" ->
              new T2TViT.Sequence(T2TViT.Style.GHOST, depth, heads, hidden, qkvBias, scale);
          case "models/t2t_vit_dense.py" -> {
            List<Integer> stages = new ArrayList<>();
            config.path("block_config").forEach(stage -> stages.add(stage.asInt()));
            yield new T2TViT.Dense(
                config.path("growth_rate").asInt(32),
                stages.isEmpty() ? List.of(3, 4, 6, 3) : stages,
                heads,
                ratio,
                qkvBias,
                scale);
          }
          default -> throw new NotThereYet(file);
        };
    return new T2TViT(
        setup,
        T2TLayers.tokens(
            config.path("tokens_type").asString("performer"), config.path("token_dim").asInt(64)),
        dim,
        backbone,
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  private static PiT piT(Setup setup, JsonNode config, String constructor) {
    List<PiT.Stage> stages = new ArrayList<>();
    for (int i = 0; i < config.get("depth").size(); i++) {
      stages.add(
          new PiT.Stage(
              config.get("base_dims").get(i).asInt(),
              config.get("depth").get(i).asInt(),
              config.get("heads").get(i).asInt()));
    }
    return new PiT(
        setup,
        config.get("patch_size").asInt(),
        config.get("stride").asInt(),
        stages,
        config.get("mlp_ratio").asDouble(),
        distilled(config, constructor),
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  private static STViT stViT(Setup setup, JsonNode config) {
    double layerScale = config.path("init_values").asDouble(1e-6);
    List<STViT.Stage> stages = new ArrayList<>();
    for (int i = 0; i < config.get("depths").size(); i++) {
      JsonNode cell = config.get("stoken_size").get(i);
      stages.add(
          new STViT.Stage(
              config.get("embed_dim").get(i).asInt(),
              config.get("depths").get(i).asInt(),
              config.get("num_heads").get(i).asInt(),
              config.path("n_iter").path(i).asInt(1),
              (cell.isArray() ? cell.get(0) : cell).asInt(),
              (cell.isArray() ? cell.get(1) : cell).asInt(),
              config.path("layerscale").path(i).asBoolean(false) ? layerScale : 0));
    }
    return new STViT(
        setup,
        stages,
        config.path("mlp_ratio").asDouble(4),
        config.path("qkv_bias").asBoolean(true),
        config.get("projection").asInt(),
        InputSpec.imageNet(setup.imageSize(), 0.875));
  }

  private static boolean distilled(JsonNode config, String constructor) {
    return config.has("distilled")
        ? config.get("distilled").asBoolean()
        : constructor.startsWith("Distilled");
  }
}
