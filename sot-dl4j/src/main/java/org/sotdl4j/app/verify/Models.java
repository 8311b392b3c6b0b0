package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.SoT;
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
        new Setup(
            shape.get(2).asInt(), shape.get(1).asInt(), fixture.get("num_classes").asInt(), 0, 0);
    JsonNode config = fixture.get("config");
    return switch (fixture.get("family").asString()) {
      case "SoT" -> soT(setup, config);
      case "DeiT", "ViT" ->
          visionTransformer(setup, config, fixture.get("source").get("constructor").asString());
      case "T2T" -> t2tViT(setup, config, fixture.get("source").get("file").asString());
      default -> throw new NotThereYet("The family " + fixture.get("family").asString());
    };
  }

  private static SoT soT(Setup setup, JsonNode config) {
    int dim = config.get("embed_dim").asInt();
    int wrDim = config.get("wr_dim").asInt();
    JsonNode norm = config.has("svPN") ? config.get("svPN") : config;
    SvPn svPn =
        new SvPn(
            norm.get("alpha").asDouble(),
            norm.get("iterNum").asInt(),
            norm.get("svNum").asInt(),
            wrDim,
            true);
    return new SoT(
        setup,
        dim,
        config.get("depth").asInt(),
        config.get("num_heads").asInt(),
        config.get("mlp_ratio").asDouble(),
        config.get("qkv_bias").asBoolean(),
        Layers.tokenStyle(
            config.get("tokens").asString(),
            setup.imageSize(),
            config.get("token_dim").asInt(),
            config.get("large_output").asBoolean()),
        new MultiHeadPooling(dim, config.get("pool_heads").asInt(), wrDim, false, svPn, 0),
        Layers.fusion(config.get("fusion").asString()),
        InputSpec.imageNet(setup.imageSize(), 0.875));
  }

  private static VisionTransformer visionTransformer(
      Setup setup, JsonNode config, String constructor) {
    boolean distilled =
        config.has("distilled")
            ? config.get("distilled").asBoolean()
            : constructor.startsWith("Distilled");
    return new VisionTransformer(
        setup,
        config.get("patch_size").asInt(),
        config.get("embed_dim").asInt(),
        config.get("depth").asInt(),
        config.get("num_heads").asInt(),
        config.get("mlp_ratio").asDouble(),
        config.get("qkv_bias").asBoolean(),
        config.get("ln_eps").asDouble(),
        distilled,
        InputSpec.imageNet(setup.imageSize(), 0.9));
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
}
