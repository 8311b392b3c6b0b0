package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.SvPn;
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
      case "DeiT", "ViT" ->
          visionTransformer(setup, config, fixture.get("source").get("constructor").asString());
      case "Swin" -> swin(setup, config);
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

  /** What a configuration leaves out has the official constructor's default. */
  private static Swin swin(Setup setup, JsonNode config) {
    if (config.has("qk_scale") && !config.get("qk_scale").isNull()) {
      throw new NotThereYet("Swin's qk_scale");
    }
    boolean norm = !config.has("patch_norm") || config.get("patch_norm").asBoolean();
    return new Swin(
        setup,
        new PatchTokens(config.has("patch_size") ? config.get("patch_size").asInt() : 4, norm),
        config.has("ape") && config.get("ape").asBoolean(),
        config.has("embed_dim") ? config.get("embed_dim").asInt() : 96,
        integers(config, "depths", List.of(2, 2, 6, 2)),
        integers(config, "num_heads", List.of(3, 6, 12, 24)),
        config.has("window_size") ? config.get("window_size").asInt() : 7,
        config.has("mlp_ratio") ? config.get("mlp_ratio").asDouble() : 4,
        !config.has("qkv_bias") || config.get("qkv_bias").asBoolean(),
        InputSpec.imageNet(setup.imageSize(), 0.9));
  }

  private static List<Integer> integers(JsonNode config, String name, List<Integer> otherwise) {
    if (!config.has(name)) {
      return otherwise;
    }
    List<Integer> numbers = new ArrayList<>();
    config.get(name).forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }
}
