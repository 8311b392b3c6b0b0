package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.SavedModel;

/** Training in a process of its own that a signal or a full disk ends. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedTrainingTest {

  private static final int KILLED = 128 + 9;

  @TempDir private static Path folder;
  private static Path whole;

  @BeforeAll
  static void runToTheEnd() throws IOException {
    TinyPictures.write(folder.resolve("data"), 2, 12, 2);
    whole = folder.resolve("whole");
    CommandLineRun run = CommandLineRun.of(arguments(whole));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static String[] arguments(Path run) {
    return ("train %s --model sot_nano --img-size 16 --batch-size 8 --epochs 4"
            + " --drop 0.1 --drop-path 0.1 --output %s")
        .formatted(folder.resolve("data"), run)
        .split(" ");
  }

  @Test
  void aKilledRunResumesToTheSameEnd() throws Exception {
    Path run = folder.resolve("killed");
    try (Child child = Child.start(folder, arguments(run))) {
      child.awaitError("epoch 1/4");
      Thread.sleep(new SplittableRandom().nextInt(150));
      child.process().destroyForcibly();
      assertThat(child.await().exitCode()).isEqualTo(KILLED);
    }
    assertThat(run.resolve("report.html")).doesNotExist();
    try (Child child = Child.start(folder, "train", "--resume", run.toString())) {
      CommandLineRun end = child.await();
      assertThat(end.exitCode()).as(end.err()).isZero();
      assertThat(end.out().lines()).containsExactly(run.toString());
    }
    SameRuns.check(run, whole);
    assertThat(run.resolve("report.html")).exists();
  }

  @Test
  void aRunKilledInItsFirstEpochResumesToo() throws Exception {
    Path run = folder.resolve("killed-early");
    try (Child child = Child.start(folder, arguments(run))) {
      child.awaitError("sot_nano on data");
      while (!Files.exists(run.resolve("last.safetensors"))) {
        assertThat(child.process().isAlive()).isTrue();
        Thread.sleep(5);
      }
      child.process().destroyForcibly();
      assertThat(child.await().exitCode()).isEqualTo(KILLED);
    }
    CommandLineRun end = CommandLineRun.of("train", "--resume", run.toString());
    assertThat(end.exitCode()).as(end.err()).isZero();
    SameRuns.check(run, whole);
  }

  @Test
  void controlCSavesAndSaysHowToResume() throws Exception {
    Path run = folder.resolve("interrupted");
    try (Child child = Child.start(folder, arguments(run))) {
      child.awaitError("epoch 1/4");
      long pid = child.process().pid();
      assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(pid)).start().waitFor())
          .isZero();
      CommandLineRun end = child.await();
      assertThat(end.exitCode()).as(end.err()).isEqualTo(130);
      assertThat(end.err()).contains("Stopped and saved; to continue: ./sot train --resume " + run);
      assertThat(end.out().lines()).containsExactly(run.toString());
    }
    assertThat(run.resolve("report.html")).doesNotExist();
    CommandLineRun end = CommandLineRun.of("train", "--resume", run.toString());
    assertThat(end.exitCode()).as(end.err()).isZero();
    assertThat(end.out().lines()).containsExactly(run.toString());
    SameRuns.check(run, whole);
  }

  /**
   * A limit of the size of files stands for the full disk: without the optimizer's state it fits.
   */
  @Test
  void aDiskThatIsFullLeavesTheOldCheckpoint() throws Exception {
    Path run = folder.resolve("full");
    long weights = Files.size(whole.resolve("best.safetensors"));
    assertThat(Files.size(whole.resolve("last.safetensors"))).isGreaterThan(2 * weights);
    long blocks = 2 * weights / 512;
    var limit = List.of("sh", "-c", "ulimit -f %d; exec \"$@\"".formatted(blocks), "sh");
    try (Child child = Child.startBehind(limit, folder, arguments(run))) {
      CommandLineRun end = child.await();
      assertThat(end.exitCode()).as(end.err()).isEqualTo(1);
      assertThat(end.out()).isEmpty();
      assertThat(end.err().lines().filter(line -> line.startsWith("sot: ")))
          .singleElement()
          .asString()
          .contains(run.resolve("last.safetensors") + " could not be written", "is unchanged");
      assertThat(end.err()).doesNotContain("\tat ");
    }
    try (var files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.yaml",
              "environment.json",
              "metrics.csv",
              "steps.csv",
              "last.safetensors",
              "best.safetensors");
    }
    try (SavedModel best = SavedModel.open(run)) {
      assertThat(best.parameters().trainableCount()).isPositive();
    }
    CommandLineRun end = CommandLineRun.of("train", "--resume", run.toString());
    assertThat(end.exitCode()).as(end.err()).isZero();
    SameRuns.check(run, whole);
  }
}
