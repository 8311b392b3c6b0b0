package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bytes of one pickle, of which there may be {@value #MAX_SIZE}; it does not read ahead. */
final class PickleInput extends InputStream {

  /** A pickle holds names and shapes only; those of the largest models have some megabytes. */
  private static final int MAX_SIZE = 32 << 20;

  private final MemorySegment bytes;
  private int position;

  PickleInput(MemorySegment bytes) {
    this.bytes = bytes.asSlice(0, Math.min(bytes.byteSize(), MAX_SIZE));
  }

  /** How many bytes were read. */
  int position() {
    return position;
  }

  @Override
  public int available() {
    return (int) bytes.byteSize() - position;
  }

  @Override
  public int read() {
    return available() == 0 ? -1 : bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = Math.min(length, available());
    if (count == 0 && length > 0) {
      return -1;
    }
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, target, offset, count);
    position += count;
    return count;
  }

  /**
   * Refuses to read more bytes than there are, before memory is taken for them.
   *
   * @param width of the little-endian count that comes next
   */
  void checkCount(int width) throws IOException {
    long count = 0;
    for (int i = width - 1; i >= 0; i--) {
      long at = position + (long) i;
      int next = at < bytes.byteSize() ? bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff : 0xff;
      count = count << Byte.SIZE | next;
    }
    if (count < 0 || count > available()) {
      throw new IOException(
          "it announces %s bytes where %d follow"
              .formatted(Long.toUnsignedString(count), available()));
    }
  }
}
