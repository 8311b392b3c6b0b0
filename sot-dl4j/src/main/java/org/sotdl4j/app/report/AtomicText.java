package org.sotdl4j.app.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Replaces a text file as a whole: a reader sees the old one or the new one. */
final class AtomicText {

  private AtomicText() {}

  static void write(Path file, String text) throws IOException {
    Path aside = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.writeString(aside, text);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
