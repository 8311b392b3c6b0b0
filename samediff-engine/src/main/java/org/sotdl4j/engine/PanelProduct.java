package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

/**
 * A product with a matrix that lies in panels, {@code y = act(x w + bias) + residual}: what follows
 * the product is done while its result is in the cache. Each thread reads some rows of x at a time
 * and multiplies them with one panel after the other.
 */
final class PanelProduct {

  /** Rows done at a time. */
  private static final int ROWS = 48;

  /** Columns done at a time, one panel or more: copying shorter rows takes longer per value. */
  private static final int STRIP = Math.max(64, SmallProduct.PANEL);

  /** Floats of a line of a cache. */
  private static final int CACHE_LINE = 16;

  /** Tasks for which the threads hardly wait for each other at the end. */
  private static final int TASKS = 12;

  /** Where the rows of x come from. */
  @FunctionalInterface
  interface Source {

    /**
     * Copies so many rows from one on, each so many floats behind the one before, or, where x lies
     * transposed, so many of each of its columns.
     */
    void read(int row, int rows, float[] to, int stride);
  }

  private final Source source;
  private final boolean transposed;
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
   * @param transposed whether the source gives each of the k values of all its rows at a time
   * @param weight [k, n] in panels
   * @param bias n values, filled up to whole vectors
   * @param gelu whether the activation is GELU; else there is none
   * @param residual address of what is added; 0 for nothing
   * @param y address of the result, which may be the residual's
   */
  PanelProduct(
      Source source,
      boolean transposed,
      float[] weight,
      float[] bias,
      boolean gelu,
      long residual,
      long y,
      int m,
      int n,
      int k) {
    this.source = source;
    this.transposed = transposed;
    this.weight = weight;
    this.bias = bias;
    this.gelu = gelu;
    this.residual = residual;
    this.y = y;
    this.m = m;
    this.n = n;
    this.k = k;
  }

  /** Rows of so many values, the first ones of rows that are {@code width} values long. */
  static Source rows(long address, int width, int values) {
    return (row, rows, to, stride) -> {
      for (int i = 0; i < rows; i++) {
        Floats.read(address + (long) (row + i) * width * BYTES, to, i * stride, values);
      }
    };
  }

  void run() {
    int across = Math.ceilDiv(n, STRIP);
    int height = SmallProduct.wholeRows(Math.ceilDiv(m, Math.ceilDiv(m, ROWS)));
    int down = Math.ceilDiv(m, height);
    int perTask = Math.ceilDiv(across, Math.min(across, Math.ceilDiv(TASKS, down)));
    int strips = Math.ceilDiv(across, perTask);
    Parallel.chunks(
        (long) down * strips,
        1,
        (from, to) -> {
          float[] read = Borrowed.take(height * spread(k));
          float[] sums = Borrowed.take(height * STRIP);
          for (int task = (int) from; task < to; task++) {
            int row = task / strips * height;
            int rows = Math.min(height, m - row);
            int strip = task % strips * perTask;
            source.read(row, rows, read, line(rows));
            for (int end = Math.min(across, strip + perTask); strip < end; strip++) {
              strip(row, rows, strip * STRIP, read, sums);
            }
          }
          Borrowed.give(read, sums);
        });
  }

  /** Floats from one of so many rows to the next, or from a column where x lies transposed. */
  private int line(int rows) {
    return transposed ? rows : spread(k);
  }

  /** Floats from a row to the next with which parts of many rows find place in a small cache. */
  private static int spread(int k) {
    return (Math.ceilDiv(k, CACHE_LINE) | 1) * CACHE_LINE;
  }

  private void strip(int row, int rows, int column, float[] read, float[] sums) {
    int columns = Math.min(STRIP, n - column);
    int stride = SmallProduct.padded(columns);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(bias, column, sums, i * stride, stride);
    }
    SmallProduct.accumulate(
        read, 0, line(rows), transposed, weight, column * k, sums, 0, stride, rows, k);
    if (gelu) {
      Gelu.apply(sums, 0, rows * stride);
    }
    for (int i = 0; i < rows; i++) {
      long place = ((long) (row + i) * n + column) * BYTES;
      if (residual != 0) {
        Rows.add(sums, i * stride, columns, residual + place);
      }
      Floats.write(sums, i * stride, y + place, columns);
    }
  }
}
