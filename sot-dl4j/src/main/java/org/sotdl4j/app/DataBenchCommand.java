package org.sotdl4j.app;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.PictureOptions;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.SkippedPictures;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.zoo.InputSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot data bench}. */
@Command(
    name = "bench",
    description = {
      "Measure how fast training pictures are decoded, augmented and made batches: each stage on one",
      "thread, then the batches that all workers make where nobody else needs the cores."
    })
final class DataBenchCommand implements Callable<Integer> {

  private static final double WARM_UP_SECONDS = 3;

  @Parameters(paramLabel = "DATA", description = "A data set, as 'sot train' takes it.")
  private String data;

  @Option(
      names = "--img-size",
      paramLabel = "PIXELS",
      description = "Side of the input; default: ${DEFAULT-VALUE}")
  private int size = 224;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Default: ${DEFAULT-VALUE}")
  private int batchSize = 16;

  @Option(
      names = {"-j", "--workers"},
      paramLabel = "N",
      description = "Threads that read pictures; default: ${DEFAULT-VALUE}")
  private int workers = 2;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "Of each of the two measurements, after 3 for the JIT; default: ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Mixin private PictureFlags pictures;

  @Spec private CommandSpec spec;

  /** What a picture needs on one thread, all pictures together, ns. */
  private static final class Stages {
    private long decode;
    private long augment;
    private long normalize;
    private int pictures;

    private long all() {
      return decode + augment + normalize;
    }
  }

  @Override
  public Integer call() {
    OptionChecks checks = new OptionChecks(spec);
    checks.positive("--img-size", size);
    checks.positive("--batch-size", batchSize);
    checks.positive("--workers", workers);
    checks.positive("--seconds", seconds);
    PictureOptions options = pictures.options();
    InputSpec input = options.input(InputSpec.imageNet(size, 1));
    Dataset train = DataSource.open(data).train();
    SkippedPictures skipped = new SkippedPictures();
    BatchLoader loader =
        Pipeline.training(train, input, options.augmentation(), batchSize, workers, skipped);
    loader.trainingBatches(); // says where there are too few pictures
    stages(loader, WARM_UP_SECONDS);
    Stages stages = stages(loader, seconds);
    batches(loader, WARM_UP_SECONDS);
    double together = batches(loader, seconds);
    if (skipped.count() > 0) {
      spec.commandLine().getErr().println(skipped.summary());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-28s %12s %12s%n", "", "ms/picture", "pictures/s");
    print("decode", stages.decode, stages.pictures);
    print("augment", stages.augment, stages.pictures);
    print("normalize, erase", stages.normalize, stages.pictures);
    print("all on one thread", stages.all(), stages.pictures);
    print("batches by %d workers".formatted(workers), 1_000_000_000, together);
    out.printf(
        Locale.ROOT,
        "At most %d batches of %d wait, in %.0f MiB.%n",
        loader.prefetch(),
        batchSize,
        (double) loader.prefetch()
            * batchSize
            * Picture.CHANNELS
            * size
            * size
            * Float.BYTES
            / (1 << 20));
    return 0;
  }

  private void print(String what, long nanos, double pictures) {
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%-28s %12.2f %12.0f%n",
            what,
            nanos / pictures / 1e6,
            1e9 * pictures / nanos);
  }

  /** Takes some pictures through the stages. */
  private Stages stages(BatchLoader loader, double atLeast) {
    Stages sum = new Stages();
    float[] values = new float[Picture.CHANNELS * size * size];
    for (int i = 0; sum.all() < 1e9 * atLeast; i++) {
      if (sum.pictures == 0 && i == loader.dataset().size()) {
        throw new UserException("None of the training pictures can be read.");
      }
      // Neighbours may be of one class and alike: a step that is no divisor goes all over the data.
      int index = (int) (i * 7919L % loader.dataset().size());
      RandomGenerator random = CounterRandom.of(0, "bench", i);
      try {
        long started = System.nanoTime();
        Picture picture = loader.dataset().get(index, loader.leastSide()).picture();
        long decoded = System.nanoTime();
        Picture augmented = loader.transform().apply(picture, random);
        long changed = System.nanoTime();
        loader.normalize().apply(augmented, values, 0);
        loader.erasing().apply(values, 0, size, size, random);
        sum.decode += decoded - started;
        sum.augment += changed - decoded;
        sum.normalize += System.nanoTime() - changed;
        sum.pictures++;
      } catch (BadPictureException e) {
        loader.broken().accept(e);
      }
    }
    return sum;
  }

  /** Pictures a second in batches. */
  private static double batches(BatchLoader loader, double atLeast) {
    long started = System.nanoTime();
    long pictures = 0;
    double passed = 0;
    for (int epoch = 0; passed < atLeast; epoch++) {
      IntStream all = IntStream.range(0, loader.trainingBatches());
      try (Epoch batches = Pipeline.epoch(loader, 0, epoch, all)) {
        while (passed < atLeast && batches.hasNext()) {
          try (Batch batch = batches.next()) {
            pictures += batch.labels().length;
          }
          passed = (System.nanoTime() - started) / 1e9;
        }
      }
    }
    return pictures / passed;
  }
}
