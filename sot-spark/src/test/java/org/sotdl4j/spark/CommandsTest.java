package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.Main;

/** The application's commands with Spark on the class path, in a JVM of their own. */
@Tag("slow")
class CommandsTest {

  @TempDir Path folder;

  private record Ended(int exitCode, String out, String err) {}

  private Ended sot(String... args) throws IOException, InterruptedException {
    return ended(start(args));
  }

  private Path out() {
    return folder.resolve("stdout");
  }

  private Path err() {
    return folder.resolve("stderr");
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(out().toFile())
        .redirectError(err().toFile())
        .start();
  }

  private Ended ended(Process process) throws IOException, InterruptedException {
    int exitCode = process.waitFor();
    return new Ended(exitCode, Files.readString(out()), Files.readString(err()));
  }

  @Test
  void aRunIsTrainedAndUsed() throws Exception {
    String pictures = PictureFolder.write(folder.resolve("pictures"), 48, 6).toUri().toString();
    Ended trained =
        sot(
            "train",
            pictures,
            "--model=vit_nano",
            "--epochs=1",
            "--batch-size=8",
            "--spark=local[2]",
            "--output=run");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).isEqualTo("run\n");
    assertThat(trained.err())
        .contains("batch 8 = 4 pictures x 2 accumulated", "Spark: 2 workers, ", "Best top-1 ");

    Ended table = sot("transform", "run", pictures + "val", "--spark=local[2]", "--out=table");
    assertThat(table.exitCode()).as(table.err()).isZero();
    assertThat(table.err()).contains("6 pictures, of which 0 cannot be read");
    assertThat(folder.resolve("table/_SUCCESS")).exists();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void controlCInAStepSavesAndTheRunGoesOnToTheSameEnd() throws Exception {
    PictureFolder.write(folder.resolve("pictures"), 48, 6);
    Ended undisturbed = sot(training("whole"));
    assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();

    Process process = start(training("stopped"));
    while (!Files.readString(err()).contains("epoch 2/")) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
    String pid = String.valueOf(process.pid());
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
    Ended stopped = ended(process);
    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(130);
    assertThat(stopped.err())
        .contains("to continue: ./sot train --resume stopped --spark 'local[2]'\n");

    Ended resumed = sot("train", "--resume=stopped", "--spark=local[2]");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(folder.resolve("stopped/last.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/last.safetensors"));
  }

  private static String[] training(String output) {
    return new String[] {
      "train",
      "pictures",
      "--model=vit_nano",
      "--epochs=8",
      "--batch-size=8",
      "--log-interval=1",
      "--spark=local[2]",
      "--output=" + output
    };
  }

  @Test
  void wrongUsageIsOneSentence() throws Exception {
    wrong("'lokal' is no address of a Spark master: ", "--spark=lokal");
    wrong("--spark yarn does not say how many workers: add --spark-workers", "--spark=yarn");
    wrong(
        "A step of 8 pictures cannot be shared evenly by 3 workers: ",
        "--spark=local[3]",
        "--batch-size=8");
    wrong(
        "--spark local[2] has 2 workers, not the 3 of --spark-workers",
        "--spark=local[2]",
        "--spark-workers=3");
    wrong("--output must be a folder that ", "--spark=local[2]", "--output=hdfs://host/run");
  }

  private void wrong(String sentence, String... options) throws Exception {
    List<String> args = new ArrayList<>(List.of("train"));
    args.addAll(List.of(options));
    Ended ended = sot(args.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains("sot: ", sentence);
  }
}
