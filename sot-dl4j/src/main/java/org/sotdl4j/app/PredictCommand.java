package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.sotdl4j.app.predict.Prediction;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.PictureDecoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot predict}. */
@Command(name = "predict", description = "Say what a trained model sees in pictures.")
final class PredictCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN|PICTURE",
      description = {
        "RUN: a run's folder (its best checkpoint), or a checkpoint file of a run; not with --checkpoint.",
        "PICTURE: JPEG, PNG or WebP files."
      })
  private List<Path> arguments;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--topk",
      paramLabel = "K",
      description = "Classes to show; default: ${DEFAULT-VALUE}")
  private int topk = 5;

  @Option(
      names = "--results-file",
      paramLabel = "FILE",
      description = "Write the predictions as JSON.")
  private Path resultsFile;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  /** The predictions for a picture, the most probable first. */
  record Predictions(String file, List<Prediction> predictions) {}

  /** What the results file holds. */
  record Results(String model, String checkpoint, List<Predictions> pictures) {}

  @Override
  public Integer call() throws IOException {
    device.use();
    OptionChecks checks = new OptionChecks(spec);
    checks.folderOf("--results-file", resultsFile);
    checks.positive("--topk", topk);
    List<Path> pictures = checkpoint.pictures(arguments, "RUN");
    PrintWriter out = spec.commandLine().getOut();
    try (SavedModel saved = checkpoint.open(arguments.getFirst());
        SotPredictor predictor = SotPredictor.of(saved)) {
      Iterator<List<Prediction>> answers =
          predictor.topK(pictures.stream().map(PictureDecoder::read), topk).iterator();
      List<Predictions> all =
          pictures.stream()
              .map(picture -> new Predictions(picture.toString(), answers.next()))
              .toList();
      for (Predictions answer : all) {
        out.println(answer.file());
        for (Prediction p : answer.predictions()) {
          out.printf("  %5.1f %%  %s%n", 100 * p.probability(), p.className());
        }
      }
      if (resultsFile != null) {
        ResultsFile.write(
            resultsFile, new Results(saved.name(), saved.checkpoint().toString(), all));
      }
    }
    return 0;
  }
}
