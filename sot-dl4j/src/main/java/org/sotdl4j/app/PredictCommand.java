package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Epoch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  @Spec private CommandSpec spec;

  /** A class and how probable it is. */
  record Prediction(String className, int index, double probability) {}

  /** The predictions for a picture, the most probable first. */
  record Predictions(String file, List<Prediction> predictions) {}

  /** What the results file holds. */
  record Results(String model, String checkpoint, List<Predictions> pictures) {}

  @Override
  public Integer call() throws IOException {
    ResultsFile.check(resultsFile, spec.commandLine());
    if (topk < 1) {
      throw new ParameterException(
          spec.commandLine(), "--topk must be 1 or more, not " + topk + ".");
    }
    List<Path> pictures = checkpoint.isGiven() ? arguments : arguments.subList(1, arguments.size());
    if (pictures.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "After RUN the pictures are missing.");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Predictions> all = new ArrayList<>();
    try (SavedModel saved = checkpoint.open(arguments.getFirst());
        Evaluator evaluator = Evaluator.frozen(saved.model(), saved.parameters(), saved.engine())) {
      List<String> classes = saved.classes();
      BatchLoader loader =
          Pipeline.evaluation(
              new PictureFiles(pictures, classes), saved.input(), 1, BatchLoader.STRICT);
      try (Epoch batches = loader.evaluation()) {
        while (batches.hasNext()) {
          try (Batch batch = batches.next()) {
            for (double[] probabilities : evaluator.probabilities(batch.images())) {
              List<Prediction> best = new ArrayList<>();
              for (int k : Ranking.top(probabilities, topk)) {
                best.add(new Prediction(classes.get(k), k, probabilities[k]));
              }
              all.add(new Predictions(pictures.get(all.size()).toString(), best));
            }
          }
        }
      }
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
