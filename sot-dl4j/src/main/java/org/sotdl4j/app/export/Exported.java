package org.sotdl4j.app.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sotdl4j.app.glue.GlueConfig;
import org.sotdl4j.app.glue.GlueRun;
import org.sotdl4j.app.train.Criterion;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Network;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import tools.jackson.databind.json.JsonMapper;

/**
 * What files for other programs are made of.
 *
 * @param name the model's, or for texts the encoder's
 * @param network the architecture
 * @param parameters the weights
 * @param loss to train on with
 * @param metadata what a checkpoint of it carries
 * @param description what a user of another program must know: how inputs are prepared, and what
 *     the classes are
 */
public record Exported(
    String name,
    Network network,
    Parameters parameters,
    Criterion loss,
    Map<String, String> metadata,
    Map<String, String> description) {

  private static final String CLASS_NAMES = "class_names";

  /** A model for pictures. */
  public static Exported of(SavedModel saved) {
    Map<String, String> texts =
        new LinkedHashMap<>(SavedModel.metadata(saved.name(), saved.model()));
    InputSpec input = saved.input();
    texts.put("mean", input.mean().toString());
    texts.put("std", input.std().toString());
    texts.put("crop_pct", String.valueOf(input.cropPct()));
    texts.put("interpolation", input.interpolation());
    saved.classNames().ifPresent(names -> texts.put(CLASS_NAMES, json(names)));
    return new Exported(
        saved.name(),
        saved.model(),
        saved.parameters(),
        ModelGraph::crossEntropy,
        saved.metadata(),
        texts);
  }

  /** A text encoder with its head, for texts of the run's greatest length. */
  public static Exported of(GlueRun run) {
    GlueConfig config = run.config();
    String encoder = Path.of(config.encoder()).getFileName().toString();
    boolean numbers = config.glueTask().isRegression();
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(Checkpoint.MODEL, encoder);
    texts.put("task", config.task());
    texts.put("max_length", String.valueOf(config.maxLength()));
    texts.put("padding", String.valueOf(Math.max(0, run.model().encoder().padding())));
    if (!numbers) {
      texts.put(CLASS_NAMES, json(config.glueTask().labels()));
    }
    return new Exported(
        encoder,
        run.model(),
        run.parameters(),
        numbers ? ModelGraph::squaredDistance : ModelGraph::crossEntropy,
        Map.of(Checkpoint.MODEL, config.encoder()),
        texts);
  }

  private static String json(List<String> names) {
    return JsonMapper.shared().writeValueAsString(names);
  }
}
