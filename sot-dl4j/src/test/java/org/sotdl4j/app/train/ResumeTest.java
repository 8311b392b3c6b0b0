package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.SameRuns;
import org.sotdl4j.app.TinyPictures;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.train.TrainConfig.OptimizerKind;
import org.sotdl4j.datasets.SkippedPictures;
import org.sotdl4j.engine.Engine;

/** A run that was stopped ends as one that was not, bit for bit. */
class ResumeTest {

  private static final int EPOCHS = 3;
  private static final int STEPS_PER_EPOCH = 3;

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void pictures() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 3, 9, 3);
    Files.writeString(data.resolve("train/class1/00.png"), "this is no picture");
  }

  @Test
  void withAdamWAndBatchNormAndAllRandomness() throws IOException {
    compare(config("sot_nano", OptimizerKind.ADAMW, false));
  }

  @Test
  void withSgdAndNesterov() throws IOException {
    compare(config("vit_nano", OptimizerKind.SGD, true));
  }

  /** Stops in the first epoch, at its end before the validation, and in the last epoch. */
  private void compare(TrainConfig config) throws IOException {
    Path whole = folder.resolve("whole");
    assertThat(train(config, whole, false, Integer.MAX_VALUE)).isTrue();
    assertThat(whole.resolve("metrics.csv")).content().hasLineCount(1 + EPOCHS);

    Path parts = folder.resolve("parts");
    boolean resume = false;
    for (int steps : List.of(2, 1, 4)) {
      assertThat(train(config, parts, resume, steps)).isFalse();
      resume = true;
    }
    assertThat(train(config, parts, true, Integer.MAX_VALUE)).isTrue();
    SameRuns.check(parts, whole);
  }

  private TrainConfig config(String model, OptimizerKind optimizer, boolean nesterov) {
    return new TrainConfig(
        model,
        data.toString(),
        List.of("class0", "class1", "class2"),
        16,
        EPOCHS,
        8,
        optimizer,
        5e-3,
        1e-6,
        1,
        1e-5,
        0.05,
        0.9,
        nesterov,
        0.1,
        0.1,
        0.2,
        0.5,
        7,
        2,
        false,
        Engine.COMPILED);
  }

  /** Trains a number of steps at most; answers whether the run came to its end. */
  private static boolean train(TrainConfig config, Path path, boolean resume, int steps)
      throws IOException {
    RunFolder run = new RunFolder(path);
    AtomicInteger done = new AtomicInteger();
    var broken = new SkippedPictures();
    try (Trainer trainer =
        new Trainer(
            config,
            run,
            DataSource.open(config.data()),
            new Silence(),
            () -> done.incrementAndGet() == steps,
            broken)) {
      if (resume) {
        trainer.resume();
      } else {
        run.create(config, Environment.read("test"));
      }
      return trainer.train();
    } finally {
      assertThat(done.get()).isLessThanOrEqualTo(EPOCHS * STEPS_PER_EPOCH);
    }
  }

  private static final class Silence implements TrainListener {

    @Override
    public void epochStarted(int epoch, int epochs, int firstBatch, int batches) {}

    @Override
    public void stepDone(double loss, double top1, double imagesPerSecond) {}

    @Override
    public void epochDone(EpochMetrics metrics, boolean best) {}
  }
}
