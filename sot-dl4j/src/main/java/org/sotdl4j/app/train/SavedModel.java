package org.sotdl4j.app.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trained model: weights and how they were made.
 *
 * @param checkpoint the file
 * @param config the run's configuration
 * @param model the architecture
 * @param parameters the weights
 */
public record SavedModel(Path checkpoint, TrainConfig config, Model model, Parameters parameters)
    implements AutoCloseable {

  private static final String CONFIG = "config";

  /** What a checkpoint carries of the run that made it. */
  static Map<String, String> metadata(TrainConfig config) {
    Map<String, String> texts = new LinkedHashMap<>(); // the same order in every process
    texts.put(Checkpoint.MODEL, config.model());
    texts.put(CONFIG, JsonMapper.shared().writeValueAsString(config));
    return texts;
  }

  /**
   * Opens a run folder (its best checkpoint) or a checkpoint that a run wrote.
   *
   * @throws CheckpointException if there is none, or it is not complete; the message says what to
   *     do
   */
  public static SavedModel open(Path runOrFile) {
    Path file = Files.isDirectory(runOrFile) ? best(runOrFile) : runOrFile;
    TrainConfig config = config(file);
    Model model = config.zooModel();
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.uninitialized());
    var _ = ModelGraph.of(model, parameters, Phase.EVAL); // makes the parameters
    Checkpoint.load(file, parameters);
    return new SavedModel(file, config, model, parameters);
  }

  private static Path best(Path folder) {
    Path best = new RunFolder(folder).best();
    if (!Files.exists(best)) {
      throw new CheckpointException(
          "The folder %s holds no trained model (no %s): give the folder that 'sot train' printed, or a checkpoint file"
              .formatted(folder, best.getFileName()));
    }
    return best;
  }

  /**
   * The configuration in a checkpoint.
   *
   * @throws CheckpointException if the file has none
   */
  public static TrainConfig config(Path file) {
    String json = Checkpoint.metadata(file).get(CONFIG);
    if (json == null) {
      throw new CheckpointException(
          "%s does not say how it was made: 'sot train' writes checkpoints that do"
              .formatted(file));
    }
    try {
      return JsonMapper.shared().readValue(json, TrainConfig.class);
    } catch (JacksonException e) {
      throw new CheckpointException(
          "%s holds a configuration that this version does not know".formatted(file), e);
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
