package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options by which a command takes a checkpoint instead of a run. */
final class CheckpointOptions {

  @Option(
      names = {"--checkpoint", "--eval-checkpoint"},
      paramLabel = "FILE",
      description = "Instead of RUN: weights of PyTorch (.pth, .pt, .safetensors) or of a run.")
  private Path checkpoint;

  @Mixin private ModelOptions model;

  @Option(
      names = "--class-map",
      paramLabel = "FILE",
      description = "A text file with the name of a class a line, in the model's order.")
  private Path classMap;

  @Option(
      names = "--use-ema",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Of a file that holds both, take the moving average of the weights (default), or the weights themselves.")
  private boolean average;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether a checkpoint stands in for a run. */
  boolean isGiven() {
    return checkpoint != null;
  }

  /**
   * The pictures among the arguments of a command: all with a checkpoint, else those behind the
   * first.
   *
   * @param source what the first one is without a checkpoint, as its help calls it
   */
  List<Path> pictures(List<Path> arguments, String source) {
    List<Path> pictures = isGiven() ? arguments : arguments.subList(1, arguments.size());
    if (pictures.isEmpty()) {
      throw new OptionChecks(spec).wrong("After %s the pictures are missing".formatted(source));
    }
    return pictures;
  }

  /**
   * Opens the checkpoint, or a run where no checkpoint is given.
   *
   * @param run a run's folder or a checkpoint that says what it is; null with {@code --checkpoint}
   */
  SavedModel open(Path run) throws IOException {
    List<String> names = classMap == null ? null : Files.readAllLines(classMap);
    SavedModel saved;
    if (model.isGiven()) {
      if (checkpoint == null) {
        throw new OptionChecks(spec)
            .wrong("--model says what --checkpoint is; a run knows its model");
      }
      int classes = names == null ? model.usualClasses() : names.size();
      saved = SavedModel.open(checkpoint, model.name(), model.model(classes), average);
    } else {
      saved = SavedModel.open(checkpoint == null ? run : checkpoint, average);
    }
    if (names == null) {
      return saved;
    }
    if (names.size() != saved.model().setup().classes()) {
      throw new UserException(
          "%s names %d classes, the checkpoint has %d."
              .formatted(classMap, names.size(), saved.model().setup().classes()));
    }
    return saved.withClassNames(names);
  }

  /**
   * Opens the checkpoint, or where none is given what {@link #source} opens.
   *
   * @param source null with {@code --checkpoint}
   */
  SavedModel openOrUntrained(Path source) throws IOException {
    return isGiven() || Files.exists(source) ? open(source) : untrained(source);
  }

  /**
   * Opens a run, a checkpoint, or a model with random weights.
   *
   * @param source a run's folder, a checkpoint that says what it is, or a model's name
   */
  SavedModel source(Path source) throws IOException {
    return Files.exists(source) ? SavedModel.open(source, average) : untrained(source);
  }

  private SavedModel untrained(Path source) throws IOException {
    if (source.toString().matches(".*[./\\\\].*")) {
      throw new NoSuchFileException(source.toString());
    }
    ModelEntry entry = Zoo.get(source.toString());
    spec.commandLine().getErr().printf("The weights of %s are random.%n", entry.name());
    return SavedModel.untrained(entry.name(), entry.model());
  }
}
