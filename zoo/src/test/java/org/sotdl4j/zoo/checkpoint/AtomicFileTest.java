package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 128; exec \"$@\"", // 64 or 128 KiB
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                OneMegabyte.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output)
        .contains(
            file
                + " could not be written (File too large); a file that was there before is unchanged");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("results.csv");
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
