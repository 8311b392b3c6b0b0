package org.sotdl4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sotdl4j.app.train.Distillation;
import org.sotdl4j.app.train.LossConfig;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import picocli.CommandLine.Option;

/** What training makes small. */
final class LossOptions {

  private enum DistillationType {
    NONE,
    SOFT,
    HARD
  }

  @Option(
      names = "--smoothing",
      paramLabel = "S",
      description = "Label smoothing; default: ${DEFAULT-VALUE}")
  private double smoothing = 0.1;

  @Option(
      names = "--bce-loss",
      negatable = true,
      fallbackValue = "true",
      description = "Binary cross entropy instead of cross entropy.")
  private boolean binary;

  @Option(
      names = "--bce-target-thresh",
      paramLabel = "T",
      description = "With --bce-loss: targets above T are 1, others 0; default: as they are")
  private Double threshold;

  @Option(
      names = "--distillation-type",
      paramLabel = "TYPE",
      description =
          "What a distilled model learns of its teacher: none, soft or hard; default: none")
  private DistillationType distillation = DistillationType.NONE;

  @Option(
      names = "--teacher",
      paramLabel = "CHECKPOINT",
      description = "The teacher's weights, or a run's folder")
  private Path teacher;

  @Option(
      names = "--teacher-model",
      paramLabel = "NAME",
      description = "The teacher's name, where its checkpoint does not say it")
  private ModelEntry teacherModel;

  @Option(
      names = "--distillation-alpha",
      paramLabel = "SHARE",
      description = "The teacher's share in the loss; default: ${DEFAULT-VALUE}")
  private double alpha = 0.5;

  @Option(
      names = "--distillation-tau",
      paramLabel = "T",
      description = "Temperature of soft distillation; default: ${DEFAULT-VALUE}")
  private double tau = 1;

  LossConfig config(OptionChecks checks, ModelEntry student) {
    checks.share("--smoothing", smoothing);
    checks.probability("--distillation-alpha", alpha);
    checks.positive("--distillation-tau", tau);
    if (threshold != null) {
      checks.share("--bce-target-thresh", threshold);
      if (!binary) {
        throw checks.wrong("--bce-target-thresh needs --bce-loss");
      }
    }
    return new LossConfig(smoothing, binary, threshold, distillation(checks, student));
  }

  private Distillation distillation(OptionChecks checks, ModelEntry student) {
    if (distillation == DistillationType.NONE) {
      if (teacher != null || teacherModel != null) {
        throw checks.wrong(
            "%s needs --distillation-type soft or hard"
                .formatted(teacher == null ? "--teacher-model" : "--teacher"));
      }
      return null;
    }
    if (teacher == null) {
      throw checks.wrong("--distillation-type needs a --teacher");
    }
    if (!Files.exists(teacher)) {
      throw checks.wrong("There is no teacher " + teacher);
    }
    if (heads(student) != 2) {
      throw checks.wrong(
          "--distillation-type needs a model with two heads, as deit_tiny_distilled, not "
              + student.name());
    }
    return new Distillation(
        Distillation.Type.valueOf(distillation.name()),
        teacher.toAbsolutePath().normalize().toString(),
        teacherModel == null ? null : teacherModel.name(),
        alpha,
        tau);
  }

  private static int heads(ModelEntry entry) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      return ModelGraph.of(entry.model(), parameters, Phase.TRAIN).heads().size();
    }
  }
}
