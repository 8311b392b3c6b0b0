package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The entries of a zip archive whose entries are stored as they are, as PyTorch does; the JDK's
 * reader does not tell where they lie. Nothing is decompressed or copied, so no archive can grow.
 * Format: PKWARE's APPNOTE, sections 4.3 and 4.5.3 (zip64).
 */
final class ZipDirectory {

  private static final long END = 0x06054b50L;
  private static final int END_SIZE = 22;
  private static final long END64_LOCATOR = 0x07064b50L;
  private static final int END64_LOCATOR_SIZE = 20;
  private static final long END64 = 0x06064b50L;
  private static final int END64_SIZE = 56;
  private static final long ENTRY = 0x02014b50L;
  private static final int ENTRY_SIZE = 46;
  private static final long LOCAL = 0x04034b50L;
  private static final int LOCAL_SIZE = 30;
  private static final int ZIP64 = 1;
  private static final int MAX_COMMENT = 0xffff;
  private static final long MAX_ENTRIES = 200_000;

  private final MappedFile file;
  private final SequencedMap<String, MemorySegment> entries = new LinkedHashMap<>();

  private ZipDirectory(MappedFile file) {
    this.file = file;
  }

  /**
   * The entries by name, in the directory's order.
   *
   * @throws CheckpointException if the archive is damaged or compressed
   */
  static SequencedMap<String, MemorySegment> entries(MappedFile file) {
    ZipDirectory directory = new ZipDirectory(file);
    try {
      directory.read();
    } catch (IndexOutOfBoundsException e) {
      throw file.damaged("its zip directory points behind its end", e);
    }
    return directory.entries;
  }

  private void read() {
    long end = findEnd();
    long count = file.uint16(end + 10);
    long size = file.uint32(end + 12);
    long begin = file.uint32(end + 16);
    long locator = end - END64_LOCATOR_SIZE;
    if (locator >= 0 && file.uint32(locator) == END64_LOCATOR) {
      long end64 = file.int64(locator + 8);
      if (end64 < 0 || end64 > locator - END64_SIZE || file.uint32(end64) != END64) {
        throw file.damaged("its zip64 directory is not where it should be");
      }
      count = file.int64(end64 + 32);
      size = file.int64(end64 + 40);
      begin = file.int64(end64 + 48);
      end = end64;
    }
    if (begin < 0 || size < 0 || begin > end || size > end - begin) {
      throw file.damaged("its zip directory is not where it should be");
    }
    if (count < 0 || count > MAX_ENTRIES || count * ENTRY_SIZE > size) {
      throw file.damaged(
          "its zip directory of %d bytes cannot have %s entries"
              .formatted(size, Long.toUnsignedString(count)));
    }
    List<Extent> extents = new ArrayList<>();
    long at = begin;
    for (long i = 0; i < count; i++) {
      at = readEntry(at, begin, extents);
    }
    checkOverlaps(extents);
  }

  private record Extent(String name, long begin, long end) {}

  /** The end record lies last, before a comment that PyTorch does not write. */
  private long findEnd() {
    long last = file.size() - END_SIZE;
    for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
      if (file.uint32(at) == END && at + END_SIZE + file.uint16(at + 20) == file.size()) {
        return at;
      }
    }
    throw file.damaged("it is a zip archive without its end, so it was cut off");
  }

  /** Returns where the next entry begins. */
  private long readEntry(long at, long directory, List<Extent> extents) {
    if (file.uint32(at) != ENTRY) {
      throw file.damaged("an entry of its zip directory is missing");
    }
    int nameLength = file.uint16(at + 28);
    int extraLength = file.uint16(at + 30);
    long next = at + ENTRY_SIZE + nameLength + extraLength + file.uint16(at + 32);
    String name = utf8(at + ENTRY_SIZE, nameLength);
    long packed = file.uint32(at + 20);
    long size = file.uint32(at + 24);
    long local = file.uint32(at + 42);
    long extra = zip64(at + ENTRY_SIZE + nameLength, extraLength);
    if (size == 0xffffffffL) {
      size = file.int64(extra);
      extra += Long.BYTES;
    }
    if (packed == 0xffffffffL) {
      packed = file.int64(extra);
      extra += Long.BYTES;
    }
    if (local == 0xffffffffL) {
      local = file.int64(extra);
    }
    if (List.of(name.split("[/\\\\]", -1)).contains("..") || name.startsWith("/")) {
      throw refused("it has an entry with the path %s".formatted(name));
    }
    if (file.uint16(at + 10) != 0 || packed != size || (file.uint16(at + 8) & 1) != 0) {
      throw refused(
          "its entry %s is compressed or encrypted, which PyTorch never does".formatted(name));
    }
    if (local < 0 || local > directory - LOCAL_SIZE || file.uint32(local) != LOCAL) {
      throw file.damaged("its entry %s is not where it should be".formatted(name));
    }
    long begin = local + LOCAL_SIZE + file.uint16(local + 26) + file.uint16(local + 28);
    if (size < 0 || begin > directory || size > directory - begin) {
      throw file.damaged("its entry %s ends behind the others".formatted(name));
    }
    extents.add(new Extent(name, local, begin + size));
    if (entries.put(name, file.bytes().asSlice(begin, size)) != null) {
      throw file.damaged("it has two entries named %s".formatted(name));
    }
    return next;
  }

  /** Where the 64-bit numbers of an entry lie; behind the end where it has none. */
  private long zip64(long begin, int length) {
    long at = begin;
    while (at + 4 <= begin + length) {
      if (file.uint16(at) == ZIP64) {
        return at + 4;
      }
      at += 4 + file.uint16(at + 2);
    }
    return file.size();
  }

  private void checkOverlaps(List<Extent> extents) {
    extents.sort(Comparator.comparingLong(Extent::begin));
    for (int i = 1; i < extents.size(); i++) {
      if (extents.get(i).begin() < extents.get(i - 1).end()) {
        throw file.damaged(
            "its entries %s and %s overlap"
                .formatted(extents.get(i - 1).name(), extents.get(i).name()));
      }
    }
  }

  private CheckpointException refused(String why) {
    return new CheckpointException(
        "%s is refused: %s".formatted(file.path(), MappedFile.printable(why)));
  }

  private String utf8(long at, int length) {
    byte[] bytes = file.bytes().asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
