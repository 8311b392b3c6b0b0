package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.SameRuns;
import org.sotdl4j.app.TinyPictures;
import org.sotdl4j.app.train.OptimizerConfig.Kind;
import org.sotdl4j.datasets.Augmentation;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.RandomErasing;
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
    compare(config("sot_nano", Kind.ADAMW, 1, 8));
  }

  @Test
  void withSgdAndNesterov() throws IOException {
    compare(config("vit_nano", Kind.SGD, 1, 8));
  }

  /** Two batches a step; and what else a run can have at the same time. */
  @Test
  void withAccumulationAndLamb() throws IOException {
    compare(config("vit_nano", Kind.LAMB, 2, 4));
  }

  /** Every augmentation at once. */
  private static final PictureOptions EVERYTHING =
      new PictureOptions(
          new Augmentation(
              List.of(0.3, 1.0),
              List.of(0.75, 1.5),
              0,
              0.5,
              0.5,
              "rand-m9-t3a-mstd0.5-inc1",
              List.of(0.4, 0.3, 0.2, 0.1),
              0.5,
              RandomErasing.Mode.PIXEL,
              2,
              List.of(Interpolation.BILINEAR, Interpolation.BICUBIC),
              2),
          Optional.of(0.9),
          Optional.of(Interpolation.BILINEAR));

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
    assertThat(parts.resolve("metrics-ema.csv")).content().hasLineCount(1 + EPOCHS);
    assertThat(checkpoints(parts)).hasSize(2).isEqualTo(checkpoints(whole));
  }

  private static List<String> checkpoints(Path run) throws IOException {
    try (var files = Files.list(run)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .sorted()
          .toList();
    }
  }

  private TrainConfig config(String model, Kind optimizer, int accumulation, int batchSize) {
    return new TrainConfig(
        model,
        data.toString(),
        null,
        List.of("class0", "class1", "class2"),
        16,
        2, // and one of cooldown
        batchSize,
        accumulation,
        new OptimizerConfig(optimizer, null, null, 0.9, 0.05, 0.5, 0.8, 0.5),
        new ScheduleConfig(
            ScheduleConfig.Kind.COSINE,
            5e-3,
            1e-5,
            1e-6,
            1,
            false,
            1,
            true,
            1,
            0.5,
            1,
            1,
            90,
            List.of(),
            0.1,
            10,
            List.of(0.5),
            0.67,
            1),
        new LossConfig(0.1, accumulation > 1, null, null),
        new MixingConfig(0.8, 1, null, 0.9, 0.5, MixingConfig.Mode.ELEM, 2),
        new RegularizationConfig(0.1, 0.1, 0.2, false, new RegularizationConfig.Later(0.3, 1)),
        0.9,
        1,
        0,
        2,
        7,
        2,
        false,
        Engine.COMPILED,
        EVERYTHING);
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
            new TrainListener() {},
            () -> done.incrementAndGet() == steps,
            broken)) {
      if (resume) {
        trainer.resume();
      } else {
        run.create("", Environment.read("test", "./sot test"));
      }
      return trainer.train();
    } finally {
      assertThat(done.get()).isLessThanOrEqualTo(EPOCHS * STEPS_PER_EPOCH);
    }
  }
}
