package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Replaces a file as a whole: after any failure or power cut it is the old one or the new one. */
public final class AtomicFile {

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {

    /** Writes everything and leaves the channel open. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** How long the JVM waits at its end for files that are being written. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Files that are being written. */
  private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::finish));
    } catch (IllegalStateException _) {
      // The JVM is at its end already and lives on for whoever saves now.
    }
  }

  /** After Ctrl-C: what is written completely replaces the older file, the rest is deleted. */
  private static void finish() {
    long start = System.nanoTime();
    try {
      while (!UNFINISHED.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos()) {
        Thread.sleep(10);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    UNFINISHED.forEach(path -> path.toFile().delete());
  }

  private AtomicFile() {}

  /**
   * Writes a file aside in the same folder, flushes it to the disk and renames it.
   *
   * @throws IOException if that fails: one sentence; nothing is left behind, an older file is as it
   *     was
   */
  public static void write(Path path, Content content) throws IOException {
    Path aside = path.resolveSibling(".%s.%s.tmp".formatted(path.getFileName(), UUID.randomUUID()));
    UNFINISHED.add(aside);
    try {
      try (FileChannel channel =
          FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(
          "%s could not be written (%s); a file that was there before is unchanged"
              .formatted(path, reason(e)),
          e);
    } finally {
      var _ = aside.toFile().delete(); // after success there is nothing to delete
      UNFINISHED.remove(aside);
    }
    flushFolder(path.toAbsolutePath().getParent());
  }

  /**
   * Writes a text in UTF-8, as {@link #write} does.
   *
   * @throws IOException if that fails: one sentence; an older file is as it was
   */
  public static void writeText(Path path, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(
        path,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** Makes the rename itself survive a power cut, where folders can be flushed. */
  private static void flushFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows and some network file systems cannot; the file is complete all the same.
    }
  }

  /** Why it failed, in words; the JDK's message is often just the path. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "no permission";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> Objects.toString(e.getMessage(), e.getClass().getSimpleName());
    };
  }
}
