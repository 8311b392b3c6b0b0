package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.app.train.TrainListener;
import org.sotdl4j.app.train.Trainer;
import org.sotdl4j.app.train.Update;
import org.sotdl4j.datasets.SkippedPictures;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Long runs, with all that training can do at once. */
@Tag("nightly")
@DisabledOnOs(OS.WINDOWS)
class SoakTest {

  private static final int KILLS = 6;
  private static final int STEPS_PER_EPOCH = 4;
  private static final int STEPS = 2000;
  private static final int SAMPLE = 500;

  @TempDir private Path folder;

  private String[] arguments(Path run, int epochs) throws IOException {
    Path data = folder.resolve("data");
    if (!Files.exists(data)) {
      TinyPictures.write(data, 2, 16, 4);
    }
    return ("train %s --model sot_nano --img-size 16 -b 4 --total-batch-size 8 --epochs %d"
            + " --opt lamb --layer-decay 0.9 --clip-grad 0.5 --cooldown-epochs 1 --lr-noise 0.4,0.9"
            + " --mixup 0.8 --cutmix 1 --mixup-mode elem --aa rand-m9-mstd0.5-inc1 --reprob 0.5"
            + " --recount 2 --vflip 0.3 --aug-repeats 2 --scale 0.3 1 --train-interpolation random --drop 0.1"
            + " --attn-drop 0.1 --drop-path 0.1 --drop-path-later 0.2 --drop-path-epoch 2"
            + " --model-ema --model-ema-decay 0.9 --checkpoint-hist 2 --tensorboard --output %s")
        .formatted(data, epochs, run)
        .split(" ");
  }

  @Test
  void killedAtRandomMomentsItEndsAsIfNothingHadHappened() throws Exception {
    int epochs = 12;
    Path whole = folder.resolve("whole");
    long started = System.currentTimeMillis();
    try (Child child = Child.startForWork(folder, arguments(whole, epochs))) {
      CommandLineRun end = child.await();
      assertThat(end.exitCode()).as(end.err()).isZero();
    }
    int longest = Math.toIntExact(System.currentTimeMillis() - started);
    Path run = folder.resolve("killed");
    SplittableRandom random = new SplittableRandom();
    int kills = 0;
    int amidTraining = 0;
    while (kills < KILLS && !Files.exists(run.resolve("report.html"))) {
      String[] command =
          Files.exists(run.resolve("last.safetensors"))
              ? new String[] {"train", "--resume", run.toString(), "--tensorboard"}
              : arguments(run, epochs);
      try (Child child = Child.startForWork(folder, command)) {
        Thread.sleep(random.nextInt(longest / 4, longest * 3 / 4));
        child.process().destroyForcibly();
        child.await();
        kills++;
        amidTraining += Files.exists(run.resolve("last.safetensors")) ? 1 : 0;
      }
    }
    assertThat(amidTraining).as("of %d kills", kills).isPositive();
    CommandLineRun end = CommandLineRun.of("train", "--resume", run.toString());
    assertThat(end.exitCode()).as(end.err()).isZero();
    SameRuns.check(run, whole);
    assertThat(run.resolve("metrics-ema.csv")).content().hasLineCount(epochs + 2);
    assertThat(checkpoints(run)).isEqualTo(checkpoints(whole)).hasSize(2);
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

  /** Bytes in use: of Java's heap, of what ND4J has, and of the process as the system sees it. */
  private record Memory(long heap, long offHeap, long resident) {

    static Memory now() {
      for (int i = 0; i < 3; i++) {
        System.gc(); // ND4J frees arrays when Java has found that nobody holds them
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      Runtime runtime = Runtime.getRuntime();
      return new Memory(
          runtime.totalMemory() - runtime.freeMemory(),
          Pointer.totalBytes(),
          Pointer.physicalBytes());
    }
  }

  @Test
  void memoryStaysFlatOverThousandsOfSteps() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("long"));
    CommandLineRun begun = CommandLineRun.of(arguments(run.path(), 1));
    assertThat(begun.exitCode()).as(begun.err()).isZero();
    ObjectNode longer = JsonMapper.shared().valueToTree(SavedModel.config(run.last()));
    longer.put("epochs", STEPS / STEPS_PER_EPOCH - 1); // and one of cooldown
    TrainConfig config = JsonMapper.shared().treeToValue(longer, TrainConfig.class);
    List<Memory> samples = new ArrayList<>();
    TrainListener sampling =
        new TrainListener() {
          @Override
          public void updated(Update update) {
            if (update.step() % SAMPLE == 0) {
              samples.add(Memory.now());
            }
          }
        };
    DataSource data = DataSource.open(config.data());
    try (Trainer trainer =
        new Trainer(config, run, data, sampling, () -> false, new SkippedPictures())) {
      trainer.resume();
      assertThat(trainer.train()).isTrue();
    }
    assertThat(samples).hasSize(STEPS / SAMPLE);
    Memory early = samples.get(1);
    for (Memory later : samples.subList(2, samples.size())) {
      assertThat(later.offHeap()).as(samples.toString()).isLessThan(early.offHeap() + (2 << 20));
      assertThat(later.heap()).as(samples.toString()).isLessThan(early.heap() + (16 << 20));
      assertThat(later.resident()).as(samples.toString()).isLessThan(early.resident() + (64 << 20));
    }
  }
}
