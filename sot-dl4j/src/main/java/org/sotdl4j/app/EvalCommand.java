package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.SkippedPictures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot eval}. */
@Command(name = "eval", description = "Measure a trained model on its validation pictures.")
final class EvalCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "RUN",
      description = "A run's folder (its best checkpoint), or a checkpoint file.")
  private Path run;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "Another data set of the same classes.")
  private String data;

  @Option(names = "--results-file", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path resultsFile;

  @Option(names = "--strict", description = "Stop at a broken picture instead of leaving it out.")
  private boolean strict;

  @Spec private CommandSpec spec;

  /** What the results file holds; top1 and top5 are fractions. */
  record Results(String model, String checkpoint, long count, double top1, double top5) {}

  @Override
  public Integer call() throws IOException {
    ResultsFile.check(resultsFile, spec.commandLine());
    try (SavedModel saved = SavedModel.open(run);
        Evaluator evaluator =
            new Evaluator(saved.model(), saved.parameters(), saved.config().engine())) {
      DataSource source = DataSource.open(data == null ? saved.config().data() : data);
      if (!source.val().classes().equals(saved.config().classes())) {
        throw new UserException(
            "The model knows the classes %s, but the pictures are of %s."
                .formatted(saved.config().classes(), source.val().classes()));
      }
      SkippedPictures skipped = new SkippedPictures();
      Consumer<BadPictureException> broken = strict ? BatchLoader.STRICT : skipped;
      BatchLoader loader =
          Pipeline.evaluation(
              source.val(), saved.model().input(), saved.config().workers(), broken);
      Evaluator.Result result = evaluator.evaluate(loader, done -> {});
      if (skipped.count() > 0) {
        spec.commandLine().getErr().println(skipped.summary());
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%s: top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %,d pictures of %s%n",
              saved.config().model(),
              100 * result.top1(),
              100 * result.top5(),
              result.loss(),
              result.count(),
              source.name());
      if (resultsFile != null) {
        ResultsFile.write(
            resultsFile,
            new Results(
                saved.config().model(),
                saved.checkpoint().toString(),
                result.count(),
                result.top1(),
                result.top5()));
      }
    }
    return 0;
  }
}
