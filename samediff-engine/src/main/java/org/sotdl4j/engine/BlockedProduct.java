package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

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
  private static final int ROWS = 96;

  /** Panels of b that a thread does for these rows. */
  private static final int PANELS = 3;

  /** Values of the inner axis done at a time, so that a panel stays in the second-level cache. */
  private static final int INNER = 768;

  private static final Scratch<Growing> LAID_OUT = new Scratch<>(Growing::new);
  private static final Scratch<Block> BLOCKS = new Scratch<>(Block::new);

  /** Memory that becomes as large as the largest need. */
  private static final class Growing {
    float[] floats = new float[0];

    float[] ofLength(int length) {
      if (floats.length < length) {
        floats = new float[length];
      }
      return floats;
    }
  }

  /** Memory of one thread. */
  private static final class Block {
    final float[] a = new float[ROWS * INNER];
    final float[] c = new float[ROWS * SmallProduct.PANEL];
  }

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
    LAID_OUT.use(memory -> {
      for (int first = 0; first < k; first += INNER) {
        int count = Math.min(INNER, k - first);
        float[] panels = memory.ofLength(count * SmallProduct.padded(n));
        layOut(first, count, panels);
        multiply(first, count, panels);
      }
    });
  }

  /** Lays out some rows of b in panels. */
  private void layOut(int first, int count, float[] panels) {
    int width = SmallProduct.PANEL;
    Parallel.run(
        Math.ceilDiv(n, width),
        2L * count * width,
        (from, to) -> {
          for (int left = (int) from * width; left < Math.min(n, to * width); left += width) {
            int columns = Math.min(width, n - left);
            if (transposeB) {
              long source = b + ((long) left * k + first) * BYTES;
              SmallProduct.layOutTransposed(source, k, count, columns, 1, panels, left * count);
            } else {
              long source = b + ((long) first * n + left) * BYTES;
              SmallProduct.layOutPanels(source, n, count, columns, panels, left * count);
            }
          }
        });
  }

  private void multiply(int first, int count, float[] panels) {
    int width = SmallProduct.PANEL * PANELS;
    int across = Math.ceilDiv(n, width);
    int down = Math.ceilDiv(m, ROWS);
    int rows = SmallProduct.wholeRows(Math.ceilDiv(m, down));
    Parallel.chunks(
        (long) across * down,
        1,
        (from, to) ->
            BLOCKS.use(block -> {
              for (int task = (int) from; task < to; task++) {
                int row = task / across * rows;
                if (row < m) {
                  int left = task % across * width;
                  int height = Math.min(rows, m - row);
                  multiply(
                      first, count, panels, row, height, left, Math.min(n, left + width), block);
                }
              }
            }));
  }

  private void multiply(
      int first, int count, float[] panels, int row, int height, int left, int right, Block block) {
    int lines = transposeA ? count : height;
    int line = transposeA ? height : count;
    long corner = transposeA ? (long) first * m + row : (long) row * k + first;
    for (int i = 0; i < lines; i++) {
      read(a + (corner + (long) i * (transposeA ? m : k)) * BYTES, block.a, i * line, line);
    }
    for (int column = left; column < right; column += SmallProduct.PANEL) {
      int columns = Math.min(SmallProduct.PANEL, right - column);
      int stride = SmallProduct.padded(columns);
      Arrays.fill(block.c, 0, height * stride, 0);
      SmallProduct.accumulate(
          block.a,
          line,
          transposeA,
          panels,
          column * count,
          stride,
          block.c,
          stride,
          height,
          count);
      for (int i = 0; i < height; i++) {
        long at = ((long) (row + i) * n + column) * BYTES;
        if (first > 0) {
          add(block.c, i * stride, columns, c + at);
        } else if (bias != 0) {
          add(block.c, i * stride, columns, bias + column * BYTES);
        }
        write(block.c, i * stride, columns, c + at);
      }
    }
  }

  /** Adds values in memory to some of an array. */
  private static void add(float[] sums, int index, int count, long values) {
    int whole = Rows.SPECIES.loopBound(count);
    for (int i = 0; i < whole; i += Rows.LANES) {
      FloatVector sum = Rows.load(sums, index + i).add(Rows.load(values + i * BYTES));
      sum.intoArray(sums, index + i);
    }
    for (int i = whole; i < count; i++) {
      sums[index + i] += Floats.get(values + i * BYTES);
    }
  }

  private static void read(long from, float[] to, int index, int count) {
    MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, from, to, index, count);
  }

  private static void write(float[] from, int index, int count, long to) {
    MemorySegment.copy(from, index, MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, to, count);
  }
}
