package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.datasets.CenterCrop;
import org.sotdl4j.datasets.Compose;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.datasets.Resize;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.datasets.Transforms;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;

/** The data and training side against timm. Files {@code recipes/NAME.json}. */
final class RecipeCase {

  private final JsonNode fixture;
  private final Check check = new Check();

  private RecipeCase(JsonNode fixture) {
    this.fixture = fixture;
  }

  /**
   * Compares one recipe.
   *
   * @param file {@code NAME.json}; what belongs to it lies beside it
   * @param engine runs the graphs of losses
   * @throws NotThereYet if the project has no such part
   */
  static Outcome run(Path file, JsonNode fixture, Engine engine) {
    String name = file.getFileName().toString().replace(".json", "");
    RecipeCase recipe = new RecipeCase(fixture);
    switch (name) {
      case "preprocessing" -> recipe.preprocessing(file);
      case "randaugment" -> AugmentPolicies.compare(recipe.check, fixture);
      case "param_groups" -> recipe.parameterGroups();
      case "optimizers" -> OptimizerRecipe.compare(recipe.check, file, fixture);
      case "schedules" -> ScheduleRecipe.compare(recipe.check, fixture);
      case "losses_mixing" -> LossRecipe.compare(recipe.check, fixture, engine);
      case "resize_positions" -> ResizedPositions.compare(recipe.check, file, fixture);
      default -> throw new NotThereYet("The recipe " + name);
    }
    return recipe.check.outcome("recipes/" + name);
  }

  private void preprocessing(Path file) {
    try (TensorFile golden = TensorFile.open(file.resolveSibling("preprocessing.safetensors"))) {
      fixture
          .get("cases")
          .properties()
          .forEach(entry -> {
            JsonNode settings = entry.getValue();
            var picture = PictureDecoder.read(file.resolveSibling(settings.get("file").asString()));
            var transformed =
                transform(settings.get("args")).apply(picture, new SplittableRandom(0));
            float[] values = new float[transformed.rgb().length];
            Normalize.IMAGENET.apply(transformed, values, 0);
            check.array(
                entry.getKey(), Nd4j.createFromArray(values), golden.read(entry.getKey()), 1e-6);
          });
    }
  }

  /** timm's transform for evaluation; "squash" ignores the picture's proportions. */
  private static Transform transform(JsonNode args) {
    int size = args.get("input_size").get(1).asInt();
    double cropPct = args.get("crop_pct").asDouble();
    var interpolation =
        Interpolation.valueOf(args.get("interpolation").asString().toUpperCase(Locale.ROOT));
    if (args.has("crop_mode") && args.get("crop_mode").asString().equals("squash")) {
      int side = (int) Math.floor(size / cropPct);
      return new Compose(new Resize(side, side, interpolation), new CenterCrop(size));
    }
    return Transforms.evaluation(size, cropPct, interpolation);
  }

  private void parameterGroups() {
    fixture
        .get("models")
        .properties()
        .forEach(entry -> parameterGroups(entry.getKey(), entry.getValue()));
  }

  private void parameterGroups(String timmName, JsonNode golden) {
    Model model = Zoo.get(zooName(timmName)).model();
    LayerGroups groups = model.layerGroups();
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      JsonNode layerDecay = golden.get("layer_decay_075");
      JsonNode weightDecay = golden.get("weight_decay");
      check.equal(
          timmName + " parameters", parameters.trainable().count(), (long) layerDecay.size());
      for (Parameter p : parameters.trainable().toList()) {
        String name = timmParameter(timmName, p.name());
        if (!layerDecay.has(name)) {
          check.fail(timmName + " has no " + name);
          continue;
        }
        check.absolute(
            name + " scale",
            Math.pow(0.75, groups.count() - 1 - groups.of(p.name())),
            layerDecay.get(name).get(0).asDouble(),
            1e-12);
        check.absolute(
            name + " decay",
            model.decays(p) ? 0.05 : 0,
            layerDecay.get(name).get(1).asDouble(),
            1e-12);
        // These groups know no list of parameters to spare.
        check.absolute(
            name + " decay by rank",
            p.array().rank() > 1 ? 0.05 : 0,
            weightDecay.get(name).asDouble(),
            1e-12);
      }
    }
  }

  /**
   * {@code deit_tiny_patch16_224} is {@code deit_tiny}, {@code swin_tiny_...} is {@code swin_t}.
   */
  private static String zooName(String timmName) {
    String name = timmName.replaceAll("_patch\\d+|_window\\d+|_224", "");
    return name.startsWith("swin_") ? name.substring(0, "swin_t".length()) : name;
  }

  /**
   * timm's Swin and PiT have what makes the map smaller at the start of the stage that follows, and
   * its Swin names the head anew.
   */
  private static String timmParameter(String model, String official) {
    List<String> parts = List.of(official.split("\\.", 4));
    if (model.startsWith("pit_") && parts.getFirst().equals("pools")) {
      int stage = Integer.parseInt(parts.get(1)) + 1;
      return "transformers.%d.pool.%s.%s".formatted(stage, parts.get(2), parts.get(3));
    }
    if (!model.startsWith("swin_")) {
      return official;
    }
    if (parts.size() > 3 && parts.get(2).equals("downsample")) {
      return "layers.%d.downsample.%s".formatted(Integer.parseInt(parts.get(1)) + 1, parts.get(3));
    }
    return official.replaceFirst("^head\\.", "head.fc.");
  }
}
