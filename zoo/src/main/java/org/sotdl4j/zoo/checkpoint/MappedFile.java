package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/**
 * A file mapped into memory: it takes no heap, and only what is read is fetched from the disk.
 * Numbers are little-endian and need no alignment.
 *
 * @param path where it is
 * @param bytes its content
 */
record MappedFile(Path path, MemorySegment bytes) {

  private static final ValueLayout.OfShort INT16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong INT64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Maps a file for as long as an arena lives.
   *
   * @throws CheckpointException if it cannot be read
   */
  static MappedFile map(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new CheckpointException("%s is a folder, not a checkpoint file".formatted(path));
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) { // a pipe would wait for ever
      throw new CheckpointException("%s is a pipe or device, not a file".formatted(path));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new MappedFile(
          path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read: %s".formatted(path, AtomicFile.reason(e)), e);
    }
  }

  long size() {
    return bytes.byteSize();
  }

  int uint16(long at) {
    return Short.toUnsignedInt(bytes.get(INT16, at));
  }

  long uint32(long at) {
    return Integer.toUnsignedLong(bytes.get(INT32, at));
  }

  long int64(long at) {
    return bytes.get(INT64, at);
  }

  /** Up to {@code length} bytes from a place on, each as one character. */
  String text(long at, long length) {
    long begin = Math.min(at, size());
    byte[] content =
        bytes.asSlice(begin, Math.min(length, size() - begin)).toArray(ValueLayout.JAVA_BYTE);
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  /** What is thrown when the content contradicts itself. */
  CheckpointException damaged(String how) {
    return damaged(how, null);
  }

  CheckpointException damaged(String how, Throwable cause) {
    return new CheckpointException(
        "%s is damaged: %s; copy or download it again".formatted(path, printable(how)), cause);
  }

  /** What is wrong with a piece of JSON; Jackson's own words on wrong types name Java classes. */
  static String reason(JacksonException e) {
    return e instanceof StreamReadException
        ? e.getOriginalMessage()
        : "an entry is not of the kind that it must be";
  }

  /** A text from a file, without what could break a line or command a terminal. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
