package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.SkippedPictures;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot eval}. */
@Command(name = "eval", description = "Measure a trained model on its validation pictures.")
final class EvalCommand implements Callable<Integer> {

  private static final int BATCH = 32;
  private static final int WORKERS = 2;

  /** How many classes a message names. */
  private static final int SOME = 20;

  @Parameters(
      paramLabel = "RUN|DATA",
      description = {
        "RUN: a run's folder (its best checkpoint), or a checkpoint file of a run.",
        "With --checkpoint, DATA: a data set as 'sot train' takes it, or a folder with a folder a class."
      })
  private String runOrData;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "With RUN: another data set of the same classes.")
  private String data;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description =
          "Pictures at once, which changes memory and time only; default: the run's, or " + BATCH)
  private Integer batchSize;

  @Option(
      names = {"-j", "--workers"},
      paramLabel = "N",
      description = "Threads that read pictures; default: the run's, or " + WORKERS)
  private Integer workers;

  @Option(
      names = "--real-labels",
      paramLabel = "FILE",
      description =
          "Also score with ImageNet's reassessed labels, a JSON list of a list of classes for each validation picture.")
  private Path realLabels;

  @Option(
      names = "--results-file",
      paramLabel = "FILE",
      description =
          "Write the result with each class and the confusion matrix: JSON, or CSV where the name ends with .csv.")
  private Path resultsFile;

  @Option(names = "--per-class", description = "Show each class's recall and precision.")
  private boolean perClass;

  @Option(names = "--strict", description = "Stop at a broken picture instead of leaving it out.")
  private boolean strict;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    device.use();
    OptionChecks checks = new OptionChecks(spec);
    checks.folderOf("--results-file", resultsFile);
    if (batchSize != null) {
      checks.positive("--batch-size", batchSize);
    }
    if (workers != null) {
      checks.positive("--workers", workers);
    }
    if (checkpoint.isGiven() && data != null) {
      throw new ParameterException(
          spec.commandLine(), "With --checkpoint the pictures are the argument, not --data.");
    }
    try (SavedModel saved = checkpoint.open(checkpoint.isGiven() ? null : Path.of(runOrData))) {
      return evaluate(saved);
    }
  }

  private int evaluate(SavedModel saved) throws IOException {
    DataSource source = pictures(saved);
    int known = saved.model().setup().classes();
    int[] among = among(saved, source.val().classes());
    if (among.length < known) {
      spec.commandLine()
          .getErr()
          .printf(
              "The pictures are of %,d of the %,d classes; answers are chosen among these.%n",
              among.length, known);
    }
    RealLabels real = realLabels == null ? null : RealLabels.read(realLabels, known);
    try (Evaluator evaluator =
        Evaluator.frozen(saved.model(), saved.parameters(), saved.engine(), among)) {
      SkippedPictures skipped = new SkippedPictures();
      Consumer<BadPictureException> broken = strict ? BatchLoader.STRICT : skipped;
      BatchLoader loader =
          Pipeline.evaluation(
              source.val(), saved.input(), batchFor(saved), workersFor(saved), broken);
      long started = System.nanoTime();
      Evaluator.Result result;
      try (CountProgress progress =
          new CountProgress("eval", source.val().size(), spec.commandLine().getErr())) {
        result = evaluator.evaluate(loader, progress::at);
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      if (skipped.count() > 0) {
        spec.commandLine().getErr().println(skipped.summary());
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%s: top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %,d pictures of %s%n",
              saved.name(),
              100 * result.top1(),
              100 * result.top5(),
              result.loss(),
              result.count(),
              source.name());
      spec.commandLine().getErr().printf("%.1f s, %.0f img/s%n", seconds, result.count() / seconds);
      if (real != null) {
        spec.commandLine()
            .getOut()
            .println(real.score(result.answers(), source.val(), among).summary());
      }
      EvalResults results =
          EvalResults.of(
              saved.name(), saved.checkpoint().toString(), result, seconds, source.val().classes());
      if (perClass) {
        spec.commandLine().getOut().print(results.table());
        spec.commandLine().getOut().flush();
      }
      if (resultsFile == null) {
        return 0;
      }
      if (resultsFile.toString().endsWith(".csv")) {
        AtomicFile.writeText(resultsFile, results.csv());
      } else {
        ResultsFile.write(resultsFile, results);
      }
    }
    return 0;
  }

  private int batchFor(SavedModel saved) {
    return batchSize == null ? saved.config().map(TrainConfig::batchSize).orElse(BATCH) : batchSize;
  }

  private int workersFor(SavedModel saved) {
    return workers == null ? saved.config().map(TrainConfig::workers).orElse(WORKERS) : workers;
  }

  private DataSource pictures(SavedModel saved) {
    if (checkpoint.isGiven()) {
      return DataSource.openForEvaluation(runOrData);
    }
    if (data != null) {
      return DataSource.openForEvaluation(data);
    }
    return saved
        .config()
        .map(run -> DataSource.open(run.data(), run.validation()))
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "%s does not say what pictures to measure it on; name them with --data."
                    .formatted(runOrData)));
  }

  /**
   * The model's number of each class of the pictures. They may be some of its classes, as
   * ImageNet-A's 200 of ImageNet's 1,000; where the model's have no names, their order tells.
   */
  private static int[] among(SavedModel saved, List<String> found) {
    int known = saved.model().setup().classes();
    List<String> names = saved.classNames().orElse(List.of());
    if (names.containsAll(found)) {
      return found.stream().mapToInt(names::indexOf).toArray();
    }
    if (saved.classNames().isPresent()) {
      throw new UserException(
          "The model knows the classes %s, but the pictures are of %s."
              .formatted(some(saved.classes()), some(found)));
    }
    if (found.size() != known) {
      throw new UserException(
          "The model knows %d classes, but the pictures are of %d: %s; --class-map names the model's."
              .formatted(known, found.size(), some(found)));
    }
    return IntStream.range(0, known).toArray();
  }

  private static String some(List<String> classes) {
    return classes.size() <= SOME
        ? classes.toString()
        : "%s and %d more".formatted(classes.subList(0, SOME), classes.size() - SOME);
  }
}
