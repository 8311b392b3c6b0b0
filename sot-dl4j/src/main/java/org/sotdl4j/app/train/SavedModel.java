package org.sotdl4j.app.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.UnknownModelException;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import org.sotdl4j.zoo.checkpoint.Fitting;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trained model: weights and how they were made.
 *
 * @param checkpoint the file
 * @param name the model's name in the zoo
 * @param model the architecture
 * @param parameters the weights
 * @param config the configuration of the run that made it, where a run of ours did
 * @param classNames the names of its classes in the order of the logits, where they are known
 */
public record SavedModel(
    Path checkpoint,
    String name,
    Model model,
    Parameters parameters,
    Optional<TrainConfig> config,
    Optional<List<String>> classNames)
    implements AutoCloseable {

  private static final long SEED = 42;
  private static final String CONFIG = "config";
  private static final String CLASSES = "num_classes";
  private static final String IMAGE_SIZE = "img_size";

  /** What a checkpoint carries of the run that made it. */
  static Map<String, String> metadata(TrainConfig config) {
    Map<String, String> texts = new LinkedHashMap<>(); // the same order in every process
    texts.put(Checkpoint.MODEL, config.model());
    texts.put(CONFIG, JsonMapper.shared().writeValueAsString(config));
    return texts;
  }

  /** What a checkpoint carries that no run of ours made. */
  public static Map<String, String> metadata(String name, Model model) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(Checkpoint.MODEL, name);
    texts.put(CLASSES, String.valueOf(model.setup().classes()));
    texts.put(IMAGE_SIZE, String.valueOf(model.setup().imageSize()));
    return texts;
  }

  /** What a copy of this checkpoint carries. */
  public Map<String, String> metadata() {
    return config.map(SavedModel::metadata).orElseGet(() -> metadata(name, model));
  }

  /** A model of the zoo with random weights. */
  public static SavedModel untrained(String name, Model model) {
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(SEED));
    var _ = ModelGraph.of(model, parameters, Phase.EVAL); // makes the parameters
    return new SavedModel(
        Path.of(name), name, model, parameters, Optional.empty(), Optional.empty());
  }

  /**
   * Opens a run folder (its best checkpoint), or a file that says what model it is of.
   *
   * @throws CheckpointException if there is none, or it is not complete; the message says what to
   *     do
   */
  public static SavedModel open(Path runOrFile) {
    return open(runOrFile, true);
  }

  /**
   * The same with a choice.
   *
   * @param average whether the moving average of the weights comes before the weights themselves,
   *     in a file that holds both
   * @throws CheckpointException also if the weights themselves are wanted and are not there
   */
  public static SavedModel open(Path runOrFile, boolean average) {
    try (TensorFile file =
        TensorFile.open(Files.isDirectory(runOrFile) ? best(runOrFile) : runOrFile, average)) {
      Map<String, String> texts = file.metadata();
      if (texts.containsKey(CONFIG)) {
        TrainConfig config = config(file);
        SavedModel saved =
            load(
                file,
                config.model(),
                config.zooModel(),
                Optional.of(config),
                Optional.of(config.classes()));
        if (config.averageDecay() != null) {
          saved.choose(file, average);
        }
        return saved;
      }
      if (texts.keySet().containsAll(List.of(Checkpoint.MODEL, CLASSES, IMAGE_SIZE))) {
        return load(
            file, texts.get(Checkpoint.MODEL), described(file), Optional.empty(), Optional.empty());
      }
      List<String> suited = Fitting.models(file);
      throw new CheckpointException(
          "%s does not say what model it is of: %s"
              .formatted(
                  file.path(),
                  suited.isEmpty()
                      ? "and no model of ./sot list has its tensors"
                      : "its tensors suit %s; give one with --checkpoint %s --model %s"
                          .formatted(String.join(", ", suited), file.path(), suited.getFirst())));
    }
  }

  /**
   * Opens a file as a model's weights.
   *
   * @param name the model's name in the zoo
   * @param model in the setup that the file has
   * @param average whether averaged weights come before the last ones, in a file that holds both
   * @throws CheckpointException if the file cannot be read or does not fit
   */
  public static SavedModel open(Path path, String name, Model model, boolean average) {
    try (TensorFile file = TensorFile.open(path, average)) {
      return of(file, name, model);
    }
  }

  /**
   * Takes an open file as a model's weights.
   *
   * @throws CheckpointException if it does not fit
   */
  public static SavedModel of(TensorFile file, String name, Model model) {
    return load(file, name, model, Optional.empty(), Optional.empty());
  }

  private static SavedModel load(
      TensorFile file,
      String name,
      Model model,
      Optional<TrainConfig> config,
      Optional<List<String>> classNames) {
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.notLearned());
    try {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL); // makes the parameters
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "%s cannot be opened as %s for %d pixels and %d classes: %s"
              .formatted(
                  file.path(),
                  name,
                  model.setup().imageSize(),
                  model.setup().classes(),
                  e.getMessage()),
          e);
    }
    Checkpoint.load(file, parameters);
    return new SavedModel(file.path(), name, model, parameters, config, classNames);
  }

  /** A run's last checkpoint holds the weights and their average, the others the average. */
  private void choose(TensorFile file, boolean average) {
    boolean both = file.names().stream().anyMatch(n -> n.startsWith(Checkpoint.AVERAGE));
    if (average && both) {
      parameters.forEach(p -> file.readInto(Checkpoint.AVERAGE + p.name(), p.array()));
    } else if (!average && !both) {
      parameters.close();
      throw new CheckpointException(
          "%s holds the moving average of the weights only; the run's last.safetensors holds both"
              .formatted(file.path()));
    }
  }

  private static Model described(TensorFile file) {
    Map<String, String> texts = file.metadata();
    try {
      Model usual = Zoo.get(texts.get(Checkpoint.MODEL)).model();
      return usual.with(
          usual
              .setup()
              .withClasses(Integer.parseInt(texts.get(CLASSES)))
              .withImageSize(Integer.parseInt(texts.get(IMAGE_SIZE))));
    } catch (IllegalArgumentException | UnknownModelException e) {
      throw new CheckpointException(
          "%s says that it is of a model that this version does not know: %s"
              .formatted(file.path(), texts),
          e);
    }
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
  public static TrainConfig config(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return config(file);
    }
  }

  private static TrainConfig config(TensorFile file) {
    String json = file.metadata().get(CONFIG);
    if (json == null) {
      throw new CheckpointException(
          "%s does not say how it was made: 'sot train' writes checkpoints that do"
              .formatted(file.path()));
    }
    try {
      return JsonMapper.shared().readValue(json, TrainConfig.class);
    } catch (JacksonException e) {
      throw new CheckpointException(
          "%s holds a configuration that this version does not know".formatted(file.path()), e);
    }
  }

  /** How a picture becomes the model's input: as in the run that made it. */
  public InputSpec input() {
    return config.map(TrainConfig::input).orElse(model.input());
  }

  /** The same with names for its classes. */
  public SavedModel withClassNames(List<String> names) {
    return new SavedModel(checkpoint, name, model, parameters, config, Optional.of(names));
  }

  /** The names of the classes, or their numbers. */
  public List<String> classes() {
    return classNames.orElseGet(
        () -> IntStream.range(0, model.setup().classes()).mapToObj(k -> "class " + k).toList());
  }

  /** How its graph is run. */
  public Engine engine() {
    return config.map(TrainConfig::engine).orElse(Engine.COMPILED);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
