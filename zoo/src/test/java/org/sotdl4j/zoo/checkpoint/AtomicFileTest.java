package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeOldFile() throws IOException {
    file = Files.writeString(folder.resolve("results.csv"), "old");
  }

  @Test
  void replacesTheFile() throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          channel.write(bytes("new "));
          assertThat(file).hasContent("old");
          channel.write(bytes("text"));
        });
    assertThat(file).hasContent("new text");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  @Test
  void keepsTheOldFileWhenWritingFails() {
    assertThatIOException()
        .isThrownBy(() ->
            AtomicFile.write(
                file,
                channel -> {
                  channel.write(bytes("half"));
                  throw new IOException("No space left on device");
                }))
        .withMessage(
            "%s could not be written (No space left on device); a file that was there before is unchanged",
            file);
    assertThatIllegalStateException()
        .isThrownBy(() ->
            AtomicFile.write(
                file,
                _ -> {
                  throw new IllegalStateException();
                }));
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  @Test
  void saysThatThereIsNoFolder() {
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(folder.resolve("no/where"), _ -> {}))
        .withMessageContaining("no/where could not be written (no such file or folder)");
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(file.resolve("below"), _ -> {}))
        .withMessageContaining("below could not be written (Not a directory)");
  }

  @Test
  void doesNotReplaceAFolder() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThatIOException().isThrownBy(() -> AtomicFile.write(other, _ -> {}));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("other", "results.csv");
  }

  /** The operating system itself refuses to write on, as on a full disk. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void keepsTheOldFileWhenTheSystemRefuses() throws Exception {
    Process process =
        start(
            OneMegabyte.class,
            "sh",
            "-c",
            "ulimit -f 128; exec \"$@\"", // 64 or 128 KiB
            "sh");
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output)
        .contains(
            file
                + " could not be written (File too large); a file that was there before is unchanged");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  private Process start(Class<?> main, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            file.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void whatIsBeingWrittenAtTheEndOfTheProcessIsFinished() throws Exception {
    Process process = start(Slowly.class);
    assertThat(process.getInputStream().read()).isEqualTo('h');
    process.destroy();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(file).hasContent("half and half");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  @Test
  void theFirstFileMayBeWrittenAtTheEndOfTheProcess() throws Exception {
    Process process = start(Last.class);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).isEmpty();
    assertThat(file).hasContent("last words");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
  }

  /** Is ended in the middle of a file. */
  static final class Slowly {

    private Slowly() {}

    public static void main(String[] args) throws IOException {
      CountDownLatch ending = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(ending::countDown));
      AtomicFile.write(
          Path.of(args[0]),
          channel -> {
            channel.write(bytes("half "));
            System.out.print("h");
            System.out.flush();
            try {
              ending.await();
              Thread.sleep(200); // the other hooks run meanwhile
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            channel.write(bytes("and half"));
          });
    }
  }

  /** Writes its first file when it is asked to end, as a run does that is interrupted early. */
  static final class Last {

    private Last() {}

    public static void main(String[] args) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                try {
                  AtomicFile.writeText(Path.of(args[0]), "last words");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
  }

  /** Writes a file in a process of its own. */
  static final class OneMegabyte {

    private OneMegabyte() {}

    public static void main(String[] args) throws IOException {
      AtomicFile.write(
          Path.of(args[0]),
          channel -> {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
