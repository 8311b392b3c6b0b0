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
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.Main;

/** The application's commands with Spark on the class path, in a JVM of their own. */
@Tag("slow")
class CommandsTest {

  @TempDir Path folder;

  private record Ended(int exitCode, String out, String err) {}

  private Ended sot(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    int exitCode =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ended(exitCode, Files.readString(out), Files.readString(err));
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
  void wrongUsageIsOneSentence() throws Exception {
    wrong("'lokal' is no address of a Spark master: ", "--spark=lokal");
    wrong("--spark yarn does not say how many workers: add --spark-workers", "--spark=yarn");
    wrong(
        "A step of 8 pictures cannot be shared evenly by 3 workers: ",
        "--spark=local[3]",
        "--batch-size=8");
  }

  private void wrong(String sentence, String... options) throws Exception {
    List<String> args = new ArrayList<>(List.of("train"));
    args.addAll(List.of(options));
    Ended ended = sot(args.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains("sot: ", sentence);
  }
}
