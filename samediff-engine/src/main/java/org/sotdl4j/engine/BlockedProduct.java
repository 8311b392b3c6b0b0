package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import java.util.Optional;

/**
 * A product of two matrices, {@code c = a b}, of which a [m, k] and b [k, n] may lie transposed: b
 * is laid out in panels, and the threads take blocks of c. oneDNN is a fifth faster at large ones,
 * but its threads have to be woken for each.
 *
 * @param bias address of n values that are added to each row; 0 for none
 */
record BlockedProduct(
    long a,
    boolean transposeA,
    long b,
    boolean transposeB,
    long c,
    int m,
    int n,
    int k,
    long bias) {

  /** Multiplications above which waking oneDNN's threads pays. */
  private static final long LARGE = 100_000_000;

  /** Rows of c below which laying out b does not pay. */
  private static final int FEW = 32;

  /** Rows of c done at a time. */
  private static final int ROWS = 48;

  /** Lines of a that a thread copies at a time. */
  private static final int LINES = 64;

  /** Values of the inner axis done at a time. */
  private static final int INNER = 768;

  /** Empty where oneDNN's product is faster. */
  static Optional<Step> of(
      Floats a, boolean transposeA, Floats b, boolean transposeB, Floats c, long bias) {
    long m = c.shape()[0];
    long n = c.shape()[1];
    long k = a.length() / m;
    return m >= FEW && m * n * k <= LARGE
        ? Optional.of(
            new BlockedProduct(
                    a.address(),
                    transposeA,
                    b.address(),
                    transposeB,
                    c.address(),
                    (int) m,
                    (int) n,
                    (int) k,
                    bias)
                ::run)
        : Optional.empty();
  }

  private void run() {
    int deepest = Math.min(INNER, k);
    float[] rows = Borrowed.take(m * deepest);
    float[] panels = Borrowed.take(deepest * SmallProduct.padded(n));
    for (int first = 0; first < k; first += INNER) {
      int count = Math.min(INNER, k - first);
      layOut(first, count, rows, panels);
      multiply(first, count, rows, panels);
    }
    Borrowed.give(rows, panels);
  }

  /** Copies some columns of a, or rows where it lies transposed, and lays out some rows of b. */
  private void layOut(int first, int count, float[] rows, float[] panels) {
    int lines = transposeA ? count : m;
    int slices = Math.ceilDiv(lines, LINES);
    Parallel.chunks(
        slices + Math.ceilDiv(n, SmallProduct.PANEL),
        1,
        (from, to) -> {
          for (int task = (int) from; task < to; task++) {
            if (task < slices) {
              int end = Math.min(lines, (task + 1) * LINES);
              layOutLeft(first, count, rows, task * LINES, end);
            } else {
              layOutRight(first, count, panels, (task - slices) * SmallProduct.PANEL);
            }
          }
        });
  }

  private void layOutLeft(int first, int count, float[] rows, int from, int to) {
    int line = transposeA ? m : count;
    long corner = transposeA ? (long) first * m : first;
    long stride = transposeA ? m : k;
    for (int i = from; i < to; i++) {
      Floats.read(a + (corner + i * stride) * BYTES, rows, i * line, line);
    }
  }

  private void layOutRight(int first, int count, float[] panels, int left) {
    int columns = Math.min(SmallProduct.PANEL, n - left);
    if (transposeB) {
      long source = b + ((long) left * k + first) * BYTES;
      SmallProduct.layOutTransposed(source, k, count, columns, 1, panels, left * count);
    } else {
      long source = b + ((long) first * n + left) * BYTES;
      SmallProduct.layOutPanels(source, n, count, columns, panels, left * count);
    }
  }

  private void multiply(int first, int count, float[] rows, float[] panels) {
    int across = Math.ceilDiv(n, SmallProduct.PANEL);
    int down = Math.ceilDiv(m, ROWS);
    int perBlock = SmallProduct.wholeRows(Math.ceilDiv(m, down));
    Parallel.chunks(
        (long) across * down,
        1,
        (from, to) -> {
          float[] block = Borrowed.take(ROWS * SmallProduct.PANEL);
          for (int task = (int) from; task < to; task++) {
            int row = task / across * perBlock;
            if (row < m) {
              int height = Math.min(perBlock, m - row);
              multiply(first, count, rows, panels, row, height, task % across, block);
            }
          }
          Borrowed.give(block);
        });
  }

  private void multiply(
      int first,
      int count,
      float[] rows,
      float[] panels,
      int row,
      int height,
      int panel,
      float[] block) {
    int column = panel * SmallProduct.PANEL;
    int columns = Math.min(SmallProduct.PANEL, n - column);
    int stride = SmallProduct.padded(columns);
    Arrays.fill(block, 0, height * stride, 0);
    SmallProduct.accumulate(
        rows,
        transposeA ? row : row * count,
        transposeA ? m : count,
        transposeA,
        panels,
        column * count,
        block,
        0,
        stride,
        height,
        count);
    for (int i = 0; i < height; i++) {
      long at = ((long) (row + i) * n + column) * BYTES;
      if (first > 0) {
        Rows.add(block, i * stride, columns, c + at);
      } else if (bias != 0) {
        Rows.add(block, i * stride, columns, bias + column * BYTES);
      }
      Floats.write(block, i * stride, c + at, columns);
    }
  }
}
