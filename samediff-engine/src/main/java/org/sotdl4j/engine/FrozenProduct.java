package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

/**
 * A product with a weight that does not change, {@code y = act(x w + bias) + residual}: what
 * follows the product is done while its result is in the cache.
 */
final class FrozenProduct {

  /** Rows done at a time. */
  private static final int ROWS = 48;

  /** Panels done at a time. */
  private static final int PANELS = 8;

  /** Values of the inner axis done at a time. */
  private static final int INNER = 768;

  /** Tasks for which the threads hardly wait for each other at the end. */
  private static final int TASKS = 12;

  /** Reads rows of x, one after the other. */
  @FunctionalInterface
  interface Source {

    /**
     * Reads some values of some rows.
     *
     * @param row the first one
     * @param rows how many
     * @param first the first of their values
     * @param values how many of each
     */
    void read(int row, int rows, int first, int values, float[] to);
  }

  private final Source source;
  private final float[] weight;
  private final float[] bias;
  private final boolean gelu;
  private final long residual;
  private final long y;
  private final int m;
  private final int n;
  private final int k;

  /**
   * For x [m, k] and the result [m, n].
   *
   * @param source of x
   * @param weight [k, n] in panels
   * @param bias n values, filled up to whole vectors
   * @param gelu whether the activation is GELU; else there is none
   * @param residual address of what is added; 0 for nothing
   * @param y address of the result, which may be the residual's
   */
  FrozenProduct(
      Source source,
      float[] weight,
      float[] bias,
      boolean gelu,
      long residual,
      long y,
      int m,
      int n,
      int k) {
    this.source = source;
    this.weight = weight;
    this.bias = bias;
    this.gelu = gelu;
    this.residual = residual;
    this.y = y;
    this.m = m;
    this.n = n;
    this.k = k;
  }

  /** Rows that lie one after the other. */
  static Source rows(long address, int k) {
    return (row, rows, first, values, to) -> {
      for (int i = 0; i < rows; i++) {
        Floats.read(address + ((long) (row + i) * k + first) * BYTES, to, i * values, values);
      }
    };
  }

  void run() {
    int across = Math.ceilDiv(n, SmallProduct.PANEL);
    int height = SmallProduct.wholeRows(Math.ceilDiv(m, Math.ceilDiv(m, ROWS)));
    int down = Math.ceilDiv(m, height);
    int perTask = Math.clamp((long) across * down / TASKS, 1, PANELS);
    int tasks = Math.ceilDiv(across, perTask);
    int width = perTask * SmallProduct.PANEL;
    Parallel.chunks(
        (long) down * tasks,
        1,
        (from, to) -> {
          float[] read = Borrowed.take(height * Math.min(INNER, k));
          float[] sums = Borrowed.take(height * width);
          for (int task = (int) from; task < to; task++) {
            int row = task / tasks * height;
            int column = task % tasks * width;
            int rows = Math.min(height, m - row);
            block(row, rows, column, Math.min(width, n - column), read, sums);
          }
          Borrowed.give(read, sums);
        });
  }

  private void block(int row, int rows, int column, int columns, float[] read, float[] sums) {
    for (int left = 0; left < columns; left += SmallProduct.PANEL) {
      int stride = SmallProduct.padded(Math.min(SmallProduct.PANEL, columns - left));
      for (int i = 0; i < rows; i++) {
        System.arraycopy(bias, column + left, sums, rows * left + i * stride, stride);
      }
    }
    for (int first = 0; first < k; first += INNER) {
      int values = Math.min(INNER, k - first);
      source.read(row, rows, first, values, read);
      for (int left = 0; left < columns; left += SmallProduct.PANEL) {
        int stride = SmallProduct.padded(Math.min(SmallProduct.PANEL, columns - left));
        int panel = (column + left) * k + first * stride;
        SmallProduct.accumulate(
            read, 0, values, false, weight, panel, sums, rows * left, stride, rows, values);
      }
    }
    for (int left = 0; left < columns; left += SmallProduct.PANEL) {
      int count = Math.min(SmallProduct.PANEL, columns - left);
      finish(sums, rows * left, row, rows, column + left, count);
    }
  }

  /** Writes a panel of the result. */
  private void finish(float[] sums, int at, int row, int rows, int column, int columns) {
    int stride = SmallProduct.padded(columns);
    if (gelu) {
      Gelu.apply(sums, at, at + rows * stride);
    }
    for (int i = 0; i < rows; i++) {
      long place = ((long) (row + i) * n + column) * BYTES;
      if (residual != 0) {
        Rows.add(sums, at + i * stride, columns, residual + place);
      }
      Floats.write(sums, at + i * stride, y + place, columns);
    }
  }
}
