package org.sotdl4j.datasets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The IDX format of MNIST, big-endian: two zero bytes, the type (8 for unsigned bytes), the rank,
 * the dimensions as 32-bit numbers, the values.
 *
 * @param shape the dimensions
 * @param values all of them, the last dimension fastest
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxFile(int[] shape, byte[] values) {

  private static final int UNSIGNED_BYTES = 8;

  /**
   * Reads a file, packed by gzip or not.
   *
   * @param name of the file, for the error messages
   * @throws DatasetException if it is not a complete IDX file of bytes of this rank
   */
  static IdxFile read(InputStream file, int rank, String name) {
    byte[] content;
    try {
      content = file.readAllBytes();
      if (isGzip(content)) {
        content = new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes();
      }
    } catch (IOException e) {
      throw new DatasetException("Cannot read " + name + " (" + e + "); download it again", e);
    }
    var in = ByteBuffer.wrap(content);
    int[] shape = new int[rank];
    try {
      int magic = in.getInt();
      if (magic != (UNSIGNED_BYTES << 8 | rank)) {
        throw new DatasetException(
            "%s is not an IDX file of bytes with %d dimensions: it begins with 0x%08x, not 0x%08x"
                .formatted(name, rank, magic, UNSIGNED_BYTES << 8 | rank));
      }
      Arrays.setAll(shape, i -> in.getInt());
    } catch (BufferUnderflowException e) {
      throw new DatasetException(name + " ends within its header; download it again", e);
    }
    // In double, because the dimensions of a damaged file may overflow a long.
    double expected = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (in.remaining() != expected) {
      throw new DatasetException(
          "%s should hold %.0f values of shape %s, but holds %d; download it again"
              .formatted(name, expected, Arrays.toString(shape), in.remaining()));
    }
    return new IdxFile(shape, Arrays.copyOfRange(content, in.position(), content.length));
  }

  private static boolean isGzip(byte[] b) {
    return b.length > 1 && b[0] == 0x1f && b[1] == (byte) 0x8b;
  }
}
