package org.sotdl4j.engine;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of the rows of one matrix with the rows of another, each of which lies in order: as many
 * sums in registers as {@link SmallProduct}, but without laying out a transposed matrix first. For
 * long rows, because each sum's lanes are added up at the end.
 */
final class RowProducts {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

  /** Rows of x done at a time. */
  private static final int ROWS = 6;

  /** Rows of y done at a time, see {@link SmallProduct}. */
  static final int COLUMNS = SmallProduct.PANEL / LANES;

  /** Floats of memory that the product needs. */
  static final int SUMS = ROWS * COLUMNS * LANES;

  private RowProducts() {}

  /**
   * {@code c += x y'}.
   *
   * @param rows where those of x begin, from xAt on
   * @param m how many
   * @param y n rows of so many floats, a multiple of {@link #COLUMNS}
   * @param c m rows of n
   * @param k floats of a row to multiply, whole vectors
   * @param sums {@link #SUMS} floats
   */
  static void accumulate(
      float[] x,
      int xAt,
      int[] rows,
      int m,
      float[] y,
      int yAt,
      int yStride,
      int n,
      int k,
      float[] c,
      float[] sums) {
    for (int i = 0; i < m; i += ROWS) {
      int last = Math.min(ROWS, m - i) - 1;
      for (int j = 0; j < n; j += COLUMNS) {
        int at = yAt + j * yStride;
        if (Rows.SCALAR) {
          scalar(x, xAt, rows, i, last, y, at, yStride, k, sums);
        } else if (COLUMNS == 4) {
          fourColumns(x, xAt, rows, i, last, y, at, yStride, k, sums);
        } else {
          twoColumns(x, xAt, rows, i, last, y, at, yStride, k, sums);
        }
        for (int row = 0; row <= last; row++) {
          for (int column = 0; column < COLUMNS; column++) {
            int from = (row * COLUMNS + column) * LANES;
            float sum = 0;
            for (int lane = 0; lane < LANES; lane++) {
              sum += sums[from + lane];
            }
            c[(i + row) * n + j + column] += sum;
          }
        }
      }
    }
  }

  /** The scalar twin. */
  private static void scalar(
      float[] x,
      int xAt,
      int[] rows,
      int first,
      int last,
      float[] y,
      int yAt,
      int yStride,
      int k,
      float[] sums) {
    Arrays.fill(sums, 0, SUMS, 0);
    for (int row = 0; row <= last; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += x[xAt + rows[first + row] + i] * y[yAt + column * yStride + i];
        }
        sums[(row * COLUMNS + column) * LANES] = (float) sum;
      }
    }
  }

  /** Six rows of x with four of y. */
  private static void fourColumns(
      float[] x,
      int xAt,
      int[] rows,
      int first,
      int last,
      float[] y,
      int yAt,
      int yStride,
      int k,
      float[] sums) {
    int at0 = xAt + rows[first + Math.min(0, last)];
    int at1 = xAt + rows[first + Math.min(1, last)];
    int at2 = xAt + rows[first + Math.min(2, last)];
    int at3 = xAt + rows[first + Math.min(3, last)];
    int at4 = xAt + rows[first + Math.min(4, last)];
    int at5 = xAt + rows[first + Math.min(5, last)];
    int yb = yAt + yStride;
    int yc = yAt + 2 * yStride;
    int yd = yAt + 3 * yStride;
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
    for (int i = 0; i < k; i += LANES) {
      FloatVector firstY = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector secondY = FloatVector.fromArray(SPECIES, y, yb + i);
      FloatVector thirdY = FloatVector.fromArray(SPECIES, y, yc + i);
      FloatVector fourthY = FloatVector.fromArray(SPECIES, y, yd + i);
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, at0 + i);
      sum0a = firstY.fma(x0, sum0a);
      sum0b = secondY.fma(x0, sum0b);
      sum0c = thirdY.fma(x0, sum0c);
      sum0d = fourthY.fma(x0, sum0d);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, at1 + i);
      sum1a = firstY.fma(x1, sum1a);
      sum1b = secondY.fma(x1, sum1b);
      sum1c = thirdY.fma(x1, sum1c);
      sum1d = fourthY.fma(x1, sum1d);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, at2 + i);
      sum2a = firstY.fma(x2, sum2a);
      sum2b = secondY.fma(x2, sum2b);
      sum2c = thirdY.fma(x2, sum2c);
      sum2d = fourthY.fma(x2, sum2d);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, at3 + i);
      sum3a = firstY.fma(x3, sum3a);
      sum3b = secondY.fma(x3, sum3b);
      sum3c = thirdY.fma(x3, sum3c);
      sum3d = fourthY.fma(x3, sum3d);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, at4 + i);
      sum4a = firstY.fma(x4, sum4a);
      sum4b = secondY.fma(x4, sum4b);
      sum4c = thirdY.fma(x4, sum4c);
      sum4d = fourthY.fma(x4, sum4d);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, at5 + i);
      sum5a = firstY.fma(x5, sum5a);
      sum5b = secondY.fma(x5, sum5b);
      sum5c = thirdY.fma(x5, sum5c);
      sum5d = fourthY.fma(x5, sum5d);
    }
    sum0a.intoArray(sums, 0 * LANES);
    sum0b.intoArray(sums, 1 * LANES);
    sum0c.intoArray(sums, 2 * LANES);
    sum0d.intoArray(sums, 3 * LANES);
    sum1a.intoArray(sums, 4 * LANES);
    sum1b.intoArray(sums, 5 * LANES);
    sum1c.intoArray(sums, 6 * LANES);
    sum1d.intoArray(sums, 7 * LANES);
    sum2a.intoArray(sums, 8 * LANES);
    sum2b.intoArray(sums, 9 * LANES);
    sum2c.intoArray(sums, 10 * LANES);
    sum2d.intoArray(sums, 11 * LANES);
    sum3a.intoArray(sums, 12 * LANES);
    sum3b.intoArray(sums, 13 * LANES);
    sum3c.intoArray(sums, 14 * LANES);
    sum3d.intoArray(sums, 15 * LANES);
    sum4a.intoArray(sums, 16 * LANES);
    sum4b.intoArray(sums, 17 * LANES);
    sum4c.intoArray(sums, 18 * LANES);
    sum4d.intoArray(sums, 19 * LANES);
    sum5a.intoArray(sums, 20 * LANES);
    sum5b.intoArray(sums, 21 * LANES);
    sum5c.intoArray(sums, 22 * LANES);
    sum5d.intoArray(sums, 23 * LANES);
  }

  /** Six rows of x with two of y. */
  private static void twoColumns(
      float[] x,
      int xAt,
      int[] rows,
      int first,
      int last,
      float[] y,
      int yAt,
      int yStride,
      int k,
      float[] sums) {
    int at0 = xAt + rows[first + Math.min(0, last)];
    int at1 = xAt + rows[first + Math.min(1, last)];
    int at2 = xAt + rows[first + Math.min(2, last)];
    int at3 = xAt + rows[first + Math.min(3, last)];
    int at4 = xAt + rows[first + Math.min(4, last)];
    int at5 = xAt + rows[first + Math.min(5, last)];
    int yb = yAt + yStride;
    FloatVector sum0a = FloatVector.zero(SPECIES);
    FloatVector sum0b = FloatVector.zero(SPECIES);
    FloatVector sum1a = FloatVector.zero(SPECIES);
    FloatVector sum1b = FloatVector.zero(SPECIES);
    FloatVector sum2a = FloatVector.zero(SPECIES);
    FloatVector sum2b = FloatVector.zero(SPECIES);
    FloatVector sum3a = FloatVector.zero(SPECIES);
    FloatVector sum3b = FloatVector.zero(SPECIES);
    FloatVector sum4a = FloatVector.zero(SPECIES);
    FloatVector sum4b = FloatVector.zero(SPECIES);
    FloatVector sum5a = FloatVector.zero(SPECIES);
    FloatVector sum5b = FloatVector.zero(SPECIES);
    for (int i = 0; i < k; i += LANES) {
      FloatVector firstY = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector secondY = FloatVector.fromArray(SPECIES, y, yb + i);
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, at0 + i);
      sum0a = firstY.fma(x0, sum0a);
      sum0b = secondY.fma(x0, sum0b);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, at1 + i);
      sum1a = firstY.fma(x1, sum1a);
      sum1b = secondY.fma(x1, sum1b);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, at2 + i);
      sum2a = firstY.fma(x2, sum2a);
      sum2b = secondY.fma(x2, sum2b);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, at3 + i);
      sum3a = firstY.fma(x3, sum3a);
      sum3b = secondY.fma(x3, sum3b);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, at4 + i);
      sum4a = firstY.fma(x4, sum4a);
      sum4b = secondY.fma(x4, sum4b);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, at5 + i);
      sum5a = firstY.fma(x5, sum5a);
      sum5b = secondY.fma(x5, sum5b);
    }
    sum0a.intoArray(sums, 0 * LANES);
    sum0b.intoArray(sums, 1 * LANES);
    sum1a.intoArray(sums, 2 * LANES);
    sum1b.intoArray(sums, 3 * LANES);
    sum2a.intoArray(sums, 4 * LANES);
    sum2b.intoArray(sums, 5 * LANES);
    sum3a.intoArray(sums, 6 * LANES);
    sum3b.intoArray(sums, 7 * LANES);
    sum4a.intoArray(sums, 8 * LANES);
    sum4b.intoArray(sums, 9 * LANES);
    sum5a.intoArray(sums, 10 * LANES);
    sum5b.intoArray(sums, 11 * LANES);
  }
}
