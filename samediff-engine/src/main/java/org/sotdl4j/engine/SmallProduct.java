package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices that fit in the cache: {@code c = a b}, where the rows of b and c are padded
 * to whole vectors. On the heap, because the JIT inlines far more accesses to an array than to
 * memory outside, and boxes vectors where it stops inlining.
 */
final class SmallProduct {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;
  private static final int PAIR = 2 * LANES;

  /** Rows done at a time: with two vectors, twelve sums in registers. */
  private static final int ROWS = 6;

  /** Products added up before they go to the sum so far: long sums of floats lose digits. */
  private static final int BLOCK = 128;

  private SmallProduct() {}

  /** The floats of a row of so many values that consists of whole vectors. */
  static int padded(int values) {
    return Math.ceilDiv(values, LANES) * LANES;
  }

  /** Copies rows from memory to where they are padded; what pads them is not touched. */
  static void layOut(long source, long sourceStride, int rows, int columns, float[] target) {
    int stride = padded(columns);
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(
          MEMORY,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          source + row * sourceStride * BYTES,
          target,
          row * stride,
          columns);
    }
  }

  /** The same of the transposed matrix, which has so many rows and columns after it. */
  static void layOutTransposed(
      long source, long sourceStride, int rows, int columns, float[] target) {
    int stride = padded(columns);
    for (int column = 0; column < columns; column++) {
      long from = source + column * sourceStride * BYTES;
      for (int row = 0; row < rows; row++) {
        target[row * stride + column] = Floats.get(from + row * BYTES);
      }
    }
  }

  /** Copies rows back to memory. */
  static void store(float[] source, int rows, int columns, long target, long targetStride) {
    int stride = padded(columns);
    for (int row = 0; row < rows; row++) {
      MemorySegment.copy(
          source,
          row * stride,
          MEMORY,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          target + row * targetStride * BYTES,
          columns);
    }
  }

  /**
   * {@code c = a b}.
   *
   * @param a m rows of so many floats, or k where it lies transposed
   * @param b k rows of so many floats
   * @param c m rows of so many floats as b has
   * @param stride floats of a row of b and of c, a multiple of the vector's
   */
  static void multiply(
      float[] a, int aStride, boolean transposed, float[] b, float[] c, int stride, int m, int k) {
    Arrays.fill(c, 0, m * stride, 0);
    accumulate(a, aStride, transposed, b, c, stride, m, k);
  }

  /** {@code c += a b}. */
  static void accumulate(
      float[] a, int aStride, boolean transposed, float[] b, float[] c, int stride, int m, int k) {
    int perRow = transposed ? 1 : aStride;
    int perInner = transposed ? aStride : 1;
    int pairs = stride - stride % PAIR;
    for (int first = 0; first < k; first += BLOCK) {
      int end = Math.min(k, first + BLOCK);
      for (int i = 0; i < m; i += ROWS) {
        for (int j = 0; j < pairs; j += PAIR) {
          twoVectors(a, perRow, perInner, b, c, stride, i, j, m, first, end);
        }
        if (pairs < stride) {
          oneVector(a, perRow, perInner, b, c, stride, i, pairs, m, first, end);
        }
      }
    }
  }

  private static void twoVectors(
      float[] a,
      int perRow,
      int perInner,
      float[] b,
      float[] c,
      int stride,
      int i,
      int j,
      int m,
      int first,
      int end) {
    // Where fewer rows are left, the last one is computed again and stored again.
    int row0 = i;
    int row1 = Math.min(i + 1, m - 1);
    int row2 = Math.min(i + 2, m - 1);
    int row3 = Math.min(i + 3, m - 1);
    int row4 = Math.min(i + 4, m - 1);
    int row5 = Math.min(i + 5, m - 1);
    FloatVector left0 = FloatVector.zero(SPECIES);
    FloatVector right0 = left0;
    FloatVector left1 = FloatVector.zero(SPECIES);
    FloatVector right1 = left1;
    FloatVector left2 = FloatVector.zero(SPECIES);
    FloatVector right2 = left2;
    FloatVector left3 = FloatVector.zero(SPECIES);
    FloatVector right3 = left3;
    FloatVector left4 = FloatVector.zero(SPECIES);
    FloatVector right4 = left4;
    FloatVector left5 = FloatVector.zero(SPECIES);
    FloatVector right5 = left5;
    int at0 = row0 * perRow;
    int at1 = row1 * perRow;
    int at2 = row2 * perRow;
    int at3 = row3 * perRow;
    int at4 = row4 * perRow;
    int at5 = row5 * perRow;
    int at = first * stride + j;
    for (int inner = first; inner < end; inner++) {
      FloatVector left = Rows.load(b, at);
      FloatVector right = Rows.load(b, at + LANES);
      int column = inner * perInner;
      FloatVector x0 = all(a[at0 + column]);
      left0 = left.fma(x0, left0);
      right0 = right.fma(x0, right0);
      FloatVector x1 = all(a[at1 + column]);
      left1 = left.fma(x1, left1);
      right1 = right.fma(x1, right1);
      FloatVector x2 = all(a[at2 + column]);
      left2 = left.fma(x2, left2);
      right2 = right.fma(x2, right2);
      FloatVector x3 = all(a[at3 + column]);
      left3 = left.fma(x3, left3);
      right3 = right.fma(x3, right3);
      FloatVector x4 = all(a[at4 + column]);
      left4 = left.fma(x4, left4);
      right4 = right.fma(x4, right4);
      FloatVector x5 = all(a[at5 + column]);
      left5 = left.fma(x5, left5);
      right5 = right.fma(x5, right5);
      at += stride;
    }
    left0 = left0.add(Rows.load(c, row0 * stride + j));
    right0 = right0.add(Rows.load(c, row0 * stride + j + LANES));
    left1 = left1.add(Rows.load(c, row1 * stride + j));
    right1 = right1.add(Rows.load(c, row1 * stride + j + LANES));
    left2 = left2.add(Rows.load(c, row2 * stride + j));
    right2 = right2.add(Rows.load(c, row2 * stride + j + LANES));
    left3 = left3.add(Rows.load(c, row3 * stride + j));
    right3 = right3.add(Rows.load(c, row3 * stride + j + LANES));
    left4 = left4.add(Rows.load(c, row4 * stride + j));
    right4 = right4.add(Rows.load(c, row4 * stride + j + LANES));
    left5 = left5.add(Rows.load(c, row5 * stride + j));
    right5 = right5.add(Rows.load(c, row5 * stride + j + LANES));
    left0.intoArray(c, row0 * stride + j);
    right0.intoArray(c, row0 * stride + j + LANES);
    left1.intoArray(c, row1 * stride + j);
    right1.intoArray(c, row1 * stride + j + LANES);
    left2.intoArray(c, row2 * stride + j);
    right2.intoArray(c, row2 * stride + j + LANES);
    left3.intoArray(c, row3 * stride + j);
    right3.intoArray(c, row3 * stride + j + LANES);
    left4.intoArray(c, row4 * stride + j);
    right4.intoArray(c, row4 * stride + j + LANES);
    left5.intoArray(c, row5 * stride + j);
    right5.intoArray(c, row5 * stride + j + LANES);
  }

  private static void oneVector(
      float[] a,
      int perRow,
      int perInner,
      float[] b,
      float[] c,
      int stride,
      int i,
      int j,
      int m,
      int first,
      int end) {
    int row0 = i;
    int row1 = Math.min(i + 1, m - 1);
    int row2 = Math.min(i + 2, m - 1);
    int row3 = Math.min(i + 3, m - 1);
    int row4 = Math.min(i + 4, m - 1);
    int row5 = Math.min(i + 5, m - 1);
    FloatVector left0 = FloatVector.zero(SPECIES);
    FloatVector left1 = FloatVector.zero(SPECIES);
    FloatVector left2 = FloatVector.zero(SPECIES);
    FloatVector left3 = FloatVector.zero(SPECIES);
    FloatVector left4 = FloatVector.zero(SPECIES);
    FloatVector left5 = FloatVector.zero(SPECIES);
    int at0 = row0 * perRow;
    int at1 = row1 * perRow;
    int at2 = row2 * perRow;
    int at3 = row3 * perRow;
    int at4 = row4 * perRow;
    int at5 = row5 * perRow;
    int at = first * stride + j;
    for (int inner = first; inner < end; inner++) {
      FloatVector left = Rows.load(b, at);
      int column = inner * perInner;
      FloatVector x0 = all(a[at0 + column]);
      left0 = left.fma(x0, left0);
      FloatVector x1 = all(a[at1 + column]);
      left1 = left.fma(x1, left1);
      FloatVector x2 = all(a[at2 + column]);
      left2 = left.fma(x2, left2);
      FloatVector x3 = all(a[at3 + column]);
      left3 = left.fma(x3, left3);
      FloatVector x4 = all(a[at4 + column]);
      left4 = left.fma(x4, left4);
      FloatVector x5 = all(a[at5 + column]);
      left5 = left.fma(x5, left5);
      at += stride;
    }
    left0 = left0.add(Rows.load(c, row0 * stride + j));
    left1 = left1.add(Rows.load(c, row1 * stride + j));
    left2 = left2.add(Rows.load(c, row2 * stride + j));
    left3 = left3.add(Rows.load(c, row3 * stride + j));
    left4 = left4.add(Rows.load(c, row4 * stride + j));
    left5 = left5.add(Rows.load(c, row5 * stride + j));
    left0.intoArray(c, row0 * stride + j);
    left1.intoArray(c, row1 * stride + j);
    left2.intoArray(c, row2 * stride + j);
    left3.intoArray(c, row3 * stride + j);
    left4.intoArray(c, row4 * stride + j);
    left5.intoArray(c, row5 * stride + j);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
