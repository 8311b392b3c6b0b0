package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of a file format share: files of given bytes are opened or refused. */
abstract class FormatTesting {

  private final String fileName;

  @TempDir Path folder;

  FormatTesting(String fileName) {
    this.fileName = fileName;
  }

  final TensorFile open(byte[] content) throws IOException {
    Path path = folder.resolve(fileName);
    Files.deleteIfExists(path); // ext4 flushes a file that is truncated and written again
    return TensorFile.open(Files.write(path, content));
  }

  final void refused(byte[] content, String complaint) {
    assertThatThrownBy(() -> open(content).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(complaint)
        .hasMessageNotContaining("\n");
  }
}
