package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import java.util.Optional;

/**
 * A product of two matrices, {@code c = a b}, of which a [m, k] and b [k, n] may lie transposed: b
 * is laid out in panels each time. oneDNN is a fifth faster at large ones, but its threads have to
 * be woken for each.
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

  /** Rows of b that a thread lays out at a time. */
  private static final int LINES = 256;

  /** Values of the inner axis done at a time. */
  private static final int INNER = 2048;

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
    int width = SmallProduct.padded(n);
    float[] panels = Borrowed.take(Math.multiplyExact(Math.min(INNER, k), width));
    float[] shift = Borrowed.take(width);
    Arrays.fill(shift, 0, width, 0);
    if (bias != 0) {
      Floats.read(bias, shift, 0, n);
    }
    for (int first = 0; first < k; first += INNER) {
      int count = Math.min(INNER, k - first);
      layOut(first, count, panels);
      PanelProduct.Source source =
          transposeA
              ? columns(first, count)
              : PanelProduct.rows(a + (long) first * BYTES, k, count);
      long before = first == 0 ? 0 : c;
      new PanelProduct(source, transposeA, panels, shift, false, before, c, m, n, count).run();
      Arrays.fill(shift, 0, width, 0);
    }
    Borrowed.give(panels, shift);
  }

  private PanelProduct.Source columns(int first, int count) {
    return (row, rows, to, stride) -> {
      for (int i = 0; i < count; i++) {
        Floats.read(a + ((long) (first + i) * m + row) * BYTES, to, i * stride, rows);
      }
    };
  }

  /** Lays out so many rows of b. */
  private void layOut(int first, int count, float[] panels) {
    int across = Math.ceilDiv(n, SmallProduct.PANEL);
    int slices = Math.ceilDiv(count, LINES);
    Parallel.chunks(
        (long) across * slices,
        1,
        (from, to) -> {
          for (int task = (int) from; task < to; task++) {
            int line = task % slices * LINES;
            int lines = Math.min(LINES, count - line);
            layOut(first, count, task / slices * SmallProduct.PANEL, line, lines, panels);
          }
        });
  }

  private void layOut(int first, int count, int left, int line, int lines, float[] panels) {
    int columns = Math.min(SmallProduct.PANEL, n - left);
    int at = left * count + line * SmallProduct.padded(columns);
    if (transposeB) {
      long source = b + ((long) left * k + first + line) * BYTES;
      SmallProduct.layOutTransposed(source, k, lines, columns, 1, panels, at);
    } else {
      long source = b + ((long) (first + line) * n + left) * BYTES;
      SmallProduct.layOutPanels(source, n, lines, columns, panels, at);
    }
  }
}
