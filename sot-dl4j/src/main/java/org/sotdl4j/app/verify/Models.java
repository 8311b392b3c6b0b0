package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.PiT;
import org.sotdl4j.zoo.STViT;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.SoT;
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
      case "PiT" -> piT(setup, config, fixture.get("source").get("constructor").asString());
      case "STViT" -> stViT(setup, config);
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
    double layerScale = config.has("init_values") ? config.get("init_values").asDouble() : 1e-6;
    List<STViT.Stage> stages = new ArrayList<>();
    for (int i = 0; i < config.get("depths").size(); i++) {
      JsonNode cell = config.get("stoken_size").get(i);
      stages.add(
          new STViT.Stage(
              config.get("embed_dim").get(i).asInt(),
              config.get("depths").get(i).asInt(),
              config.get("num_heads").get(i).asInt(),
              config.get("n_iter").get(i).asInt(),
              (cell.isArray() ? cell.get(0) : cell).asInt(),
              (cell.isArray() ? cell.get(1) : cell).asInt(),
              config.get("layerscale").get(i).asBoolean() ? layerScale : 0));
    }
    return new STViT(
        setup,
        stages,
        config.get("mlp_ratio").asDouble(),
        config.get("qkv_bias").asBoolean(),
        config.get("projection").asInt(),
        InputSpec.imageNet(setup.imageSize(), 0.875));
  }

  private static boolean distilled(JsonNode config, String constructor) {
    return config.has("distilled")
        ? config.get("distilled").asBoolean()
        : constructor.startsWith("Distilled");
  }
}
