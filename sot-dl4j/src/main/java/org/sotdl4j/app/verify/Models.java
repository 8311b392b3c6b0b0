package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.SoT;
import org.sotdl4j.zoo.Swin;
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
      case "SoViT" -> soViT(setup, config);
      case "DeiT", "ViT" ->
          visionTransformer(setup, config, fixture.get("source").get("constructor").asString());
      case "Swin" -> swin(setup, config);
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
    return soT(setup, config, tokens, SoTLayers.classifier(config, dim));
  }

  private static SoT soViT(Setup setup, JsonNode config) {
    int dim = config.get("embed_dim").asInt();
    TokenStyle tokens = SoTLayers.olderTokens(config.get("tokens").asString(), tokenDim(config));
    JsonNode head = config.has("representation") ? config.get("representation") : config;
    return soT(setup, config, tokens, SoTLayers.olderClassifier(head, dim));
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

  /** What a configuration leaves out has the official constructor's default. */
  private static Swin swin(Setup setup, JsonNode config) {
    if (!config.path("qk_scale").isNull() && !config.path("qk_scale").isMissingNode()) {
      throw new NotThereYet("Swin's qk_scale");
    }
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
        Optional.empty(),
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  private static List<Integer> integers(JsonNode config, String name, List<Integer> otherwise) {
    List<Integer> numbers = new ArrayList<>();
    config.path(name).forEach(number -> numbers.add(number.asInt()));
    return numbers.isEmpty() ? otherwise : numbers;
  }
}
