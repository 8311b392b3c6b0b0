package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices that fit in the cache: {@code c = a b}, where b is laid out with rows of
 * whole vectors.
 */
final class SmallProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = SPECIES.length();
  private static final long PAIR = 2L * LANES;

  /** Rows done at a time: with two vectors, twelve sums in registers. */
  private static final int ROWS = 6;

  private SmallProduct() {}

  /** The floats of a row of so many values that consists of whole vectors. */
  static long padded(long values) {
    return Math.ceilDiv(values, LANES) * LANES;
  }

  /** Copies rows to where they are padded with zeros. */
  static void layOut(long source, long sourceStride, long rows, long columns, long target) {
    long stride = padded(columns);
    for (long row = 0; row < rows; row++) {
      long to = target + row * stride * BYTES;
      MemorySegment.copy(MEMORY, source + row * sourceStride * BYTES, MEMORY, to, columns * BYTES);
      for (long column = columns; column < stride; column++) {
        Floats.set(to + column * BYTES, 0);
      }
    }
  }

  /** The same of the transposed matrix, which has so many rows and columns after it. */
  static void layOutTransposed(
      long source, long sourceStride, long rows, long columns, long target) {
    long stride = padded(columns);
    for (long column = 0; column < columns; column++) {
      long from = source + column * sourceStride * BYTES;
      long to = target + column * BYTES;
      for (long row = 0; row < rows; row++) {
        Floats.set(to + row * stride * BYTES, Floats.get(from + row * BYTES));
      }
    }
    for (long column = columns; column < stride; column++) {
      for (long row = 0; row < rows; row++) {
        Floats.set(target + (row * stride + column) * BYTES, 0);
      }
    }
  }

  /**
   * {@code c = a b}, or {@code c += a b}.
   *
   * @param a address of the first float
   * @param perRow bytes from a row of a to the next
   * @param perInner bytes from a column of a to the next
   * @param b address; k rows of so many floats
   * @param c address; m rows of so many floats as b has
   * @param stride floats of a row of b and of c, a multiple of the vector's
   */
  static void multiply(
      long a,
      long perRow,
      long perInner,
      long b,
      long c,
      long stride,
      int m,
      int k,
      boolean accumulate) {
    long pairs = stride - stride % PAIR;
    for (int i = 0; i < m; i += ROWS) {
      for (long j = 0; j < pairs; j += PAIR) {
        twoVectors(a, perRow, perInner, b + j * BYTES, c + j * BYTES, stride, i, m, k, accumulate);
      }
      if (pairs < stride) {
        oneVector(
            a, perRow, perInner, b + pairs * BYTES, c + pairs * BYTES, stride, i, m, k, accumulate);
      }
    }
  }

  private static void twoVectors(
      long a,
      long perRow,
      long perInner,
      long b,
      long c,
      long stride,
      int i,
      int m,
      int k,
      boolean accumulate) {
    // Where fewer rows are left, the last one is computed again.
    long a0 = a + i * perRow;
    long a1 = a + Math.min(i + 1, m - 1) * perRow;
    long a2 = a + Math.min(i + 2, m - 1) * perRow;
    long a3 = a + Math.min(i + 3, m - 1) * perRow;
    long a4 = a + Math.min(i + 4, m - 1) * perRow;
    long a5 = a + Math.min(i + 5, m - 1) * perRow;
    FloatVector left0 = FloatVector.zero(SPECIES);
    FloatVector left1 = left0;
    FloatVector left2 = left0;
    FloatVector left3 = left0;
    FloatVector left4 = left0;
    FloatVector left5 = left0;
    FloatVector right0 = left0;
    FloatVector right1 = left0;
    FloatVector right2 = left0;
    FloatVector right3 = left0;
    FloatVector right4 = left0;
    FloatVector right5 = left0;
    long row = b;
    long at = 0;
    for (int inner = 0; inner < k; inner++) {
      FloatVector left = load(row);
      FloatVector right = load(row + LANES * BYTES);
      FloatVector x0 = all(a0 + at);
      left0 = left.fma(x0, left0);
      right0 = right.fma(x0, right0);
      FloatVector x1 = all(a1 + at);
      left1 = left.fma(x1, left1);
      right1 = right.fma(x1, right1);
      FloatVector x2 = all(a2 + at);
      left2 = left.fma(x2, left2);
      right2 = right.fma(x2, right2);
      FloatVector x3 = all(a3 + at);
      left3 = left.fma(x3, left3);
      right3 = right.fma(x3, right3);
      FloatVector x4 = all(a4 + at);
      left4 = left.fma(x4, left4);
      right4 = right.fma(x4, right4);
      FloatVector x5 = all(a5 + at);
      left5 = left.fma(x5, left5);
      right5 = right.fma(x5, right5);
      row += stride * BYTES;
      at += perInner;
    }
    long rowBytes = stride * BYTES;
    long to = c + i * rowBytes;
    int rows = Math.min(ROWS, m - i);
    store(left0, right0, to, accumulate);
    if (rows > 1) {
      store(left1, right1, to + rowBytes, accumulate);
    }
    if (rows > 2) {
      store(left2, right2, to + 2 * rowBytes, accumulate);
    }
    if (rows > 3) {
      store(left3, right3, to + 3 * rowBytes, accumulate);
    }
    if (rows > 4) {
      store(left4, right4, to + 4 * rowBytes, accumulate);
    }
    if (rows > 5) {
      store(left5, right5, to + 5 * rowBytes, accumulate);
    }
  }

  private static void oneVector(
      long a,
      long perRow,
      long perInner,
      long b,
      long c,
      long stride,
      int i,
      int m,
      int k,
      boolean accumulate) {
    long a0 = a + i * perRow;
    long a1 = a + Math.min(i + 1, m - 1) * perRow;
    long a2 = a + Math.min(i + 2, m - 1) * perRow;
    long a3 = a + Math.min(i + 3, m - 1) * perRow;
    long a4 = a + Math.min(i + 4, m - 1) * perRow;
    long a5 = a + Math.min(i + 5, m - 1) * perRow;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    long row = b;
    long at = 0;
    for (int inner = 0; inner < k; inner++) {
      FloatVector vector = load(row);
      sum0 = vector.fma(all(a0 + at), sum0);
      sum1 = vector.fma(all(a1 + at), sum1);
      sum2 = vector.fma(all(a2 + at), sum2);
      sum3 = vector.fma(all(a3 + at), sum3);
      sum4 = vector.fma(all(a4 + at), sum4);
      sum5 = vector.fma(all(a5 + at), sum5);
      row += stride * BYTES;
      at += perInner;
    }
    long rowBytes = stride * BYTES;
    long to = c + i * rowBytes;
    int rows = Math.min(ROWS, m - i);
    store(sum0, to, accumulate);
    if (rows > 1) {
      store(sum1, to + rowBytes, accumulate);
    }
    if (rows > 2) {
      store(sum2, to + 2 * rowBytes, accumulate);
    }
    if (rows > 3) {
      store(sum3, to + 3 * rowBytes, accumulate);
    }
    if (rows > 4) {
      store(sum4, to + 4 * rowBytes, accumulate);
    }
    if (rows > 5) {
      store(sum5, to + 5 * rowBytes, accumulate);
    }
  }

  private static void store(FloatVector left, FloatVector right, long to, boolean accumulate) {
    store(left, to, accumulate);
    store(right, to + LANES * BYTES, accumulate);
  }

  private static void store(FloatVector sum, long to, boolean accumulate) {
    (accumulate ? sum.add(load(to)) : sum).intoMemorySegment(MEMORY, to, ORDER);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
  }

  private static FloatVector all(long address) {
    return FloatVector.broadcast(SPECIES, Floats.get(address));
  }
}
