package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices that fit in the cache: {@code c = a b}. The rows of b and c are padded to
 * whole vectors; b may lie in panels of so many columns one after the other, so that it is read in
 * order. On the heap, because the JIT inlines far more accesses to an array than to memory outside,
 * and boxes vectors where it stops inlining.
 */
final class SmallProduct {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

  /** Rows of c done at a time, but for those of a {@link Tile}. */
  private static final int ROWS = 6;

  /** Vectors of a row done at a time: CPUs of 512 bits have 32 registers, others 16. */
  private static final int VECTORS = SPECIES.vectorBitSize() == 512 ? 4 : 2;

  /** Columns of a panel. */
  static final int PANEL = VECTORS * LANES;

  /**
   * Products added up before they go to the sum so far: long sums of floats lose digits. So many
   * rows of a panel take half of a first-level cache of 48 KB, where all rows of a find them.
   */
  private static final int BLOCK = 384 / VECTORS;

  /** Rows of a panel that the first-level cache holds. */
  private static final int SQUARE = 64;

  /** Where the rows of a block begin in a panel of so many vectors. */
  private static final int[][] PANEL_ROWS = new int[VECTORS + 1][BLOCK];

  static {
    for (int vectors = 1; vectors <= VECTORS; vectors++) {
      for (int row = 0; row < BLOCK; row++) {
        PANEL_ROWS[vectors][row] = row * vectors * LANES;
      }
    }
  }

  private SmallProduct() {}

  /** The floats of a row of so many values that consists of whole vectors. */
  static int padded(int values) {
    return Math.ceilDiv(values, LANES) * LANES;
  }

  /** As many rows or more of which none are left over at the end of a product. */
  static int wholeRows(int rows) {
    int atATime = VECTORS == 2 ? Tile.ROWS : ROWS;
    return Math.ceilDiv(rows, atATime) * atATime;
  }

  /** Copies rows from memory to where they are padded; what pads them is not touched. */
  static void layOut(long source, long sourceStride, int rows, int columns, float[] target) {
    int stride = padded(columns);
    for (int row = 0; row < rows; row++) {
      Floats.read(source + row * sourceStride * BYTES, target, row * stride, columns);
    }
  }

  /** The same in panels. */
  static void layOutPanels(
      long source, long sourceStride, int rows, int columns, float[] target, int at) {
    for (int first = 0; first < columns; first += PANEL) {
      int stride = Math.min(PANEL, padded(columns) - first);
      int count = Math.min(PANEL, columns - first);
      for (int row = 0; row < rows; row++) {
        long from = source + (row * sourceStride + first) * BYTES;
        Floats.read(from, target, at + first * rows + row * stride, count);
      }
    }
  }

  /** The transposed matrix in panels, which has so many rows and columns, times a factor. */
  static void layOutTransposed(
      long source, long sourceStride, int rows, int columns, float factor, float[] target, int at) {
    for (int first = 0; first < columns; first += PANEL) {
      int stride = Math.min(PANEL, padded(columns) - first);
      int end = Math.min(columns, first + PANEL);
      // Some rows at a time, so that what is written stays in the first-level cache.
      for (int top = 0; top < rows; top += SQUARE) {
        int count = Math.min(SQUARE, rows - top);
        for (int column = first; column < end; column++) {
          long from = source + (column * sourceStride + top) * BYTES;
          int to = at + first * rows + top * stride + column - first;
          for (int row = 0; row < count; row++) {
            target[to + row * stride] = Floats.get(from + row * BYTES) * factor;
          }
        }
      }
    }
  }

  /** Copies rows back to memory. */
  static void store(float[] source, int rows, int columns, long target, long targetStride) {
    int stride = padded(columns);
    for (int row = 0; row < rows; row++) {
      Floats.write(source, row * stride, target + row * targetStride * BYTES, columns);
    }
  }

  /** {@code c = a b} for b in panels; see {@link #accumulate}. */
  static void multiply(
      float[] a, int aStride, boolean transposed, float[] b, float[] c, int stride, int m, int k) {
    Arrays.fill(c, 0, m * stride, 0);
    accumulate(a, aStride, transposed, b, c, stride, m, k);
  }

  /**
   * {@code c += a b} for b in panels.
   *
   * @param a m rows of so many floats, or k where it lies transposed
   * @param b k rows
   * @param c m rows of so many floats
   * @param stride floats of a row of c, whole vectors
   */
  static void accumulate(
      float[] a, int aStride, boolean transposed, float[] b, float[] c, int stride, int m, int k) {
    accumulate(a, 0, aStride, transposed, b, 0, c, 0, stride, m, k);
  }

  /** The same for parts of arrays. */
  static void accumulate(
      float[] a,
      int aAt,
      int aStride,
      boolean transposed,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int stride,
      int m,
      int k) {
    int perRow = transposed ? 1 : aStride;
    int perInner = transposed ? aStride : 1;
    for (int first = 0; first < k; first += BLOCK) {
      int count = Math.min(BLOCK, k - first);
      for (int left = 0; left < stride; left += PANEL) {
        int width = Math.min(PANEL, stride - left);
        int from = aAt + first * perInner;
        int[] rows = PANEL_ROWS[width / LANES];
        int at = bAt + left * k + first * width;
        boolean tight = width == Tile.COLUMNS;
        block(
            a,
            from,
            perRow,
            perInner,
            b,
            at,
            rows,
            0,
            tight,
            c,
            cAt + left,
            stride,
            m,
            width,
            count);
      }
    }
  }

  /**
   * {@code c += a b} for rows of b that lie anywhere, even over each other.
   *
   * @param a m rows of k floats
   * @param rows where those of b begin, from bAt on
   * @param stride floats between the rows of c
   * @param columns of b and c, whole vectors
   */
  static void accumulate(
      float[] a,
      float[] b,
      int bAt,
      int[] rows,
      float[] c,
      int cAt,
      int stride,
      int m,
      int columns,
      int k) {
    for (int left = 0; left < columns; left += PANEL) {
      int width = Math.min(PANEL, columns - left);
      for (int first = 0; first < k; first += BLOCK) {
        int count = Math.min(BLOCK, k - first);
        int at = bAt + left;
        block(a, first, k, 1, b, at, rows, first, false, c, cAt + left, stride, m, width, count);
      }
    }
  }

  /**
   * A panel at most.
   *
   * @param tight whether the rows of b are two vectors wide and follow each other without a gap
   */
  private static void block(
      float[] a,
      int aAt,
      int perRow,
      int perInner,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      boolean tight,
      float[] c,
      int cAt,
      int stride,
      int m,
      int columns,
      int k) {
    if (Rows.SCALAR) {
      scalar(a, aAt, perRow, perInner, b, bAt, rows, firstRow, c, cAt, stride, m, columns, k);
      return;
    }
    int vectors;
    for (int j = 0; j < columns; j += vectors * LANES) {
      vectors = vectors(columns - j);
      int at = bAt + j;
      int to = cAt + j;
      if (vectors == 2) {
        tiles(a, aAt, perRow, perInner, b, at, rows, firstRow, tight, c, to, stride, m, k);
        continue;
      }
      for (int i = 0; i < m; i += ROWS) {
        int from = aAt + i * perRow;
        int last = Math.min(ROWS, m - i) - 1;
        int row = to + i * stride;
        if (vectors == 4) {
          fourVectors(a, from, perRow, perInner, b, at, rows, firstRow, c, row, stride, last, k);
        } else {
          oneVector(a, from, perRow, perInner, b, at, rows, firstRow, c, row, stride, last, k);
        }
      }
    }
  }

  /** Two vectors of all rows. */
  private static void tiles(
      float[] a,
      int aAt,
      int perRow,
      int perInner,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      boolean tight,
      float[] c,
      int cAt,
      int stride,
      int m,
      int k) {
    boolean transposed = perInner != 1;
    int aStride = transposed ? perInner : perRow;
    for (int i = 0; i < m; i += Tile.ROWS) {
      int from = aAt + i * perRow;
      int to = cAt + i * stride;
      int last = Math.min(Tile.ROWS, m - i) - 1;
      Tile.of(transposed, last == Tile.ROWS - 1, !tight)
          .accumulate(a, from, aStride, b, bAt, rows, firstRow, c, to, stride, last, k);
    }
  }

  /** The scalar twin. */
  private static void scalar(
      float[] a,
      int aAt,
      int perRow,
      int perInner,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      float[] c,
      int cAt,
      int stride,
      int m,
      int columns,
      int k) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int inner = 0; inner < k; inner++) {
          sum += a[aAt + i * perRow + inner * perInner] * b[bAt + rows[firstRow + inner] + j];
        }
        c[cAt + i * stride + j] += (float) sum;
      }
    }
  }

  /** How many vectors of so many columns to do at a time. */
  private static int vectors(int columns) {
    return columns >= PANEL ? VECTORS : columns >= 2 * LANES ? 2 : 1;
  }

  /** Six rows of four vectors. */
  private static void fourVectors(
      float[] a,
      int aAt,
      int perRow,
      int perInner,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      float[] c,
      int cAt,
      int cStride,
      int last,
      int k) {
    // Where fewer rows are left, the last one is computed and stored again. (Row 0 is written as
    // the others are: with a plain 0 the JIT splits the loop, which halves the speed.)
    int row0 = Math.min(0, last);
    int row1 = Math.min(1, last);
    int row2 = Math.min(2, last);
    int row3 = Math.min(3, last);
    int row4 = Math.min(4, last);
    int row5 = Math.min(5, last);
    int at0 = aAt + row0 * perRow;
    int at1 = aAt + row1 * perRow;
    int at2 = aAt + row2 * perRow;
    int at3 = aAt + row3 * perRow;
    int at4 = aAt + row4 * perRow;
    int at5 = aAt + row5 * perRow;
    FloatVector sum0a = FloatVector.zero(SPECIES);
    FloatVector sum0b = FloatVector.zero(SPECIES);
    FloatVector sum0c = FloatVector.zero(SPECIES);
    FloatVector sum0d = FloatVector.zero(SPECIES);
    FloatVector sum1a = FloatVector.zero(SPECIES);
    FloatVector sum1b = FloatVector.zero(SPECIES);
    FloatVector sum1c = FloatVector.zero(SPECIES);
    FloatVector sum1d = FloatVector.zero(SPECIES);
    FloatVector sum2a = FloatVector.zero(SPECIES);
    FloatVector sum2b = FloatVector.zero(SPECIES);
    FloatVector sum2c = FloatVector.zero(SPECIES);
    FloatVector sum2d = FloatVector.zero(SPECIES);
    FloatVector sum3a = FloatVector.zero(SPECIES);
    FloatVector sum3b = FloatVector.zero(SPECIES);
    FloatVector sum3c = FloatVector.zero(SPECIES);
    FloatVector sum3d = FloatVector.zero(SPECIES);
    FloatVector sum4a = FloatVector.zero(SPECIES);
    FloatVector sum4b = FloatVector.zero(SPECIES);
    FloatVector sum4c = FloatVector.zero(SPECIES);
    FloatVector sum4d = FloatVector.zero(SPECIES);
    FloatVector sum5a = FloatVector.zero(SPECIES);
    FloatVector sum5b = FloatVector.zero(SPECIES);
    FloatVector sum5c = FloatVector.zero(SPECIES);
    FloatVector sum5d = FloatVector.zero(SPECIES);
    for (int inner = 0; inner < k; inner++) {
      int row = bAt + rows[firstRow + inner];
      FloatVector first = FloatVector.fromArray(SPECIES, b, row);
      FloatVector second = FloatVector.fromArray(SPECIES, b, row + LANES);
      FloatVector third = FloatVector.fromArray(SPECIES, b, row + 2 * LANES);
      FloatVector fourth = FloatVector.fromArray(SPECIES, b, row + 3 * LANES);
      int column = inner * perInner;
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[at0 + column]);
      sum0a = first.fma(x0, sum0a);
      sum0b = second.fma(x0, sum0b);
      sum0c = third.fma(x0, sum0c);
      sum0d = fourth.fma(x0, sum0d);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[at1 + column]);
      sum1a = first.fma(x1, sum1a);
      sum1b = second.fma(x1, sum1b);
      sum1c = third.fma(x1, sum1c);
      sum1d = fourth.fma(x1, sum1d);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[at2 + column]);
      sum2a = first.fma(x2, sum2a);
      sum2b = second.fma(x2, sum2b);
      sum2c = third.fma(x2, sum2c);
      sum2d = fourth.fma(x2, sum2d);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[at3 + column]);
      sum3a = first.fma(x3, sum3a);
      sum3b = second.fma(x3, sum3b);
      sum3c = third.fma(x3, sum3c);
      sum3d = fourth.fma(x3, sum3d);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[at4 + column]);
      sum4a = first.fma(x4, sum4a);
      sum4b = second.fma(x4, sum4b);
      sum4c = third.fma(x4, sum4c);
      sum4d = fourth.fma(x4, sum4d);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[at5 + column]);
      sum5a = first.fma(x5, sum5a);
      sum5b = second.fma(x5, sum5b);
      sum5c = third.fma(x5, sum5c);
      sum5d = fourth.fma(x5, sum5d);
    }
    int to0 = cAt + row0 * cStride;
    int to1 = cAt + row1 * cStride;
    int to2 = cAt + row2 * cStride;
    int to3 = cAt + row3 * cStride;
    int to4 = cAt + row4 * cStride;
    int to5 = cAt + row5 * cStride;
    // All are read before any is written, because rows may be the same.
    sum0a = sum0a.add(FloatVector.fromArray(SPECIES, c, to0));
    sum0b = sum0b.add(FloatVector.fromArray(SPECIES, c, to0 + LANES));
    sum0c = sum0c.add(FloatVector.fromArray(SPECIES, c, to0 + 2 * LANES));
    sum0d = sum0d.add(FloatVector.fromArray(SPECIES, c, to0 + 3 * LANES));
    sum1a = sum1a.add(FloatVector.fromArray(SPECIES, c, to1));
    sum1b = sum1b.add(FloatVector.fromArray(SPECIES, c, to1 + LANES));
    sum1c = sum1c.add(FloatVector.fromArray(SPECIES, c, to1 + 2 * LANES));
    sum1d = sum1d.add(FloatVector.fromArray(SPECIES, c, to1 + 3 * LANES));
    sum2a = sum2a.add(FloatVector.fromArray(SPECIES, c, to2));
    sum2b = sum2b.add(FloatVector.fromArray(SPECIES, c, to2 + LANES));
    sum2c = sum2c.add(FloatVector.fromArray(SPECIES, c, to2 + 2 * LANES));
    sum2d = sum2d.add(FloatVector.fromArray(SPECIES, c, to2 + 3 * LANES));
    sum3a = sum3a.add(FloatVector.fromArray(SPECIES, c, to3));
    sum3b = sum3b.add(FloatVector.fromArray(SPECIES, c, to3 + LANES));
    sum3c = sum3c.add(FloatVector.fromArray(SPECIES, c, to3 + 2 * LANES));
    sum3d = sum3d.add(FloatVector.fromArray(SPECIES, c, to3 + 3 * LANES));
    sum4a = sum4a.add(FloatVector.fromArray(SPECIES, c, to4));
    sum4b = sum4b.add(FloatVector.fromArray(SPECIES, c, to4 + LANES));
    sum4c = sum4c.add(FloatVector.fromArray(SPECIES, c, to4 + 2 * LANES));
    sum4d = sum4d.add(FloatVector.fromArray(SPECIES, c, to4 + 3 * LANES));
    sum5a = sum5a.add(FloatVector.fromArray(SPECIES, c, to5));
    sum5b = sum5b.add(FloatVector.fromArray(SPECIES, c, to5 + LANES));
    sum5c = sum5c.add(FloatVector.fromArray(SPECIES, c, to5 + 2 * LANES));
    sum5d = sum5d.add(FloatVector.fromArray(SPECIES, c, to5 + 3 * LANES));
    sum0a.intoArray(c, to0);
    sum0b.intoArray(c, to0 + LANES);
    sum0c.intoArray(c, to0 + 2 * LANES);
    sum0d.intoArray(c, to0 + 3 * LANES);
    sum1a.intoArray(c, to1);
    sum1b.intoArray(c, to1 + LANES);
    sum1c.intoArray(c, to1 + 2 * LANES);
    sum1d.intoArray(c, to1 + 3 * LANES);
    sum2a.intoArray(c, to2);
    sum2b.intoArray(c, to2 + LANES);
    sum2c.intoArray(c, to2 + 2 * LANES);
    sum2d.intoArray(c, to2 + 3 * LANES);
    sum3a.intoArray(c, to3);
    sum3b.intoArray(c, to3 + LANES);
    sum3c.intoArray(c, to3 + 2 * LANES);
    sum3d.intoArray(c, to3 + 3 * LANES);
    sum4a.intoArray(c, to4);
    sum4b.intoArray(c, to4 + LANES);
    sum4c.intoArray(c, to4 + 2 * LANES);
    sum4d.intoArray(c, to4 + 3 * LANES);
    sum5a.intoArray(c, to5);
    sum5b.intoArray(c, to5 + LANES);
    sum5c.intoArray(c, to5 + 2 * LANES);
    sum5d.intoArray(c, to5 + 3 * LANES);
  }

  /** Six rows of one vector. */
  private static void oneVector(
      float[] a,
      int aAt,
      int perRow,
      int perInner,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      float[] c,
      int cAt,
      int cStride,
      int last,
      int k) {
    // Where fewer rows are left, the last one is computed and stored again. (Row 0 is written as
    // the others are: with a plain 0 the JIT splits the loop, which halves the speed.)
    int row0 = Math.min(0, last);
    int row1 = Math.min(1, last);
    int row2 = Math.min(2, last);
    int row3 = Math.min(3, last);
    int row4 = Math.min(4, last);
    int row5 = Math.min(5, last);
    int at0 = aAt + row0 * perRow;
    int at1 = aAt + row1 * perRow;
    int at2 = aAt + row2 * perRow;
    int at3 = aAt + row3 * perRow;
    int at4 = aAt + row4 * perRow;
    int at5 = aAt + row5 * perRow;
    FloatVector sum0a = FloatVector.zero(SPECIES);
    FloatVector sum1a = FloatVector.zero(SPECIES);
    FloatVector sum2a = FloatVector.zero(SPECIES);
    FloatVector sum3a = FloatVector.zero(SPECIES);
    FloatVector sum4a = FloatVector.zero(SPECIES);
    FloatVector sum5a = FloatVector.zero(SPECIES);
    for (int inner = 0; inner < k; inner++) {
      int row = bAt + rows[firstRow + inner];
      FloatVector first = FloatVector.fromArray(SPECIES, b, row);
      int column = inner * perInner;
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[at0 + column]);
      sum0a = first.fma(x0, sum0a);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[at1 + column]);
      sum1a = first.fma(x1, sum1a);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[at2 + column]);
      sum2a = first.fma(x2, sum2a);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[at3 + column]);
      sum3a = first.fma(x3, sum3a);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[at4 + column]);
      sum4a = first.fma(x4, sum4a);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[at5 + column]);
      sum5a = first.fma(x5, sum5a);
    }
    int to0 = cAt + row0 * cStride;
    int to1 = cAt + row1 * cStride;
    int to2 = cAt + row2 * cStride;
    int to3 = cAt + row3 * cStride;
    int to4 = cAt + row4 * cStride;
    int to5 = cAt + row5 * cStride;
    // All are read before any is written, because rows may be the same.
    sum0a = sum0a.add(FloatVector.fromArray(SPECIES, c, to0));
    sum1a = sum1a.add(FloatVector.fromArray(SPECIES, c, to1));
    sum2a = sum2a.add(FloatVector.fromArray(SPECIES, c, to2));
    sum3a = sum3a.add(FloatVector.fromArray(SPECIES, c, to3));
    sum4a = sum4a.add(FloatVector.fromArray(SPECIES, c, to4));
    sum5a = sum5a.add(FloatVector.fromArray(SPECIES, c, to5));
    sum0a.intoArray(c, to0);
    sum1a.intoArray(c, to1);
    sum2a.intoArray(c, to2);
    sum3a.intoArray(c, to3);
    sum4a.intoArray(c, to4);
    sum5a.intoArray(c, to5);
  }
}
