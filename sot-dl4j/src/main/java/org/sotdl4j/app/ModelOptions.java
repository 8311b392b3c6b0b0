package org.sotdl4j.app;

import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Setup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what model a checkpoint is of. */
final class ModelOptions {

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model that the checkpoint is of, where it does not say so itself.")
  private ModelEntry entry;

  @Option(
      names = "--num-classes",
      paramLabel = "N",
      description = "Of the checkpoint; default: the model's")
  private Integer classes;

  @Option(
      names = "--img-size",
      paramLabel = "PIXELS",
      description = "Of the checkpoint; default: the model's")
  private Integer imageSize;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether a model is named. */
  boolean isGiven() {
    if (entry == null && (classes != null || imageSize != null)) {
      throw wrong("--num-classes and --img-size need --model");
    }
    return entry != null;
  }

  String name() {
    return entry.name();
  }

  /**
   * The model in the setup that the options ask for.
   *
   * @param usualClasses where no option says how many classes
   */
  Model model(int usualClasses) {
    Model usual = entry.model();
    Setup setup =
        usual
            .setup()
            .withClasses(atMost("--num-classes", classes, usualClasses, Setup.MAX_CLASSES));
    return usual.with(
        setup.withImageSize(
            atMost("--img-size", imageSize, setup.imageSize(), Setup.MAX_IMAGE_SIZE)));
  }

  /** How many classes the model has usually. */
  int usualClasses() {
    return entry.model().setup().classes();
  }

  private int atMost(String option, Integer value, int otherwise, int limit) {
    if (value == null) {
      return otherwise;
    }
    if (value < 1) {
      throw wrong("%s must be 1 or more, not %d".formatted(option, value));
    }
    if (value > limit) {
      throw wrong("%s must be at most %d, not %d".formatted(option, limit, value));
    }
    return value;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
