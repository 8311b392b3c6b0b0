package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import java.util.Arrays;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.cuda.Launch.Blocks;

/**
 * A function of arrays that are spread over a common shape.
 *
 * @param in one to three arrays
 * @param a a constant of the function
 * @param b another
 */
record Elementwise(Function function, List<Buffer> in, float a, float b) {

  private static final int THREADS = 256;

  /** As many blocks keep the largest GPU busy; each thread takes several elements beyond. */
  private static final long BLOCKS = 8192;

  /** Rows that a block adds up. */
  private static final int ROWS = 256;

  static Elementwise of(Function function, Buffer... in) {
    return new Elementwise(function, List.of(in), 0, 0);
  }

  Elementwise with(double first, double second) {
    return new Elementwise(function, in, (float) first, (float) second);
  }

  /** Fills an array of the common shape. */
  void map(Emitter emitter, Buffer out) {
    long n = out.length();
    Blocks blocks = Blocks.of(Math.min(BLOCKS, Math.ceilDiv(n, THREADS)));
    if (in.stream().allMatch(x -> x.length() == n)) {
      emitter.launch(
          function.kernel(Generator.MAP),
          blocks,
          THREADS,
          pointer(0),
          pointer(1),
          pointer(2),
          value(a),
          value(b),
          address(out),
          value(n));
      return;
    }
    Axes axes = Axes.of(out.shape(), spread(out.shape()));
    emitter.launch(
        function.kernel(Generator.SPREAD),
        blocks,
        THREADS,
        pointer(0),
        pointer(1),
        pointer(2),
        value(a),
        value(b),
        address(out),
        value(axes.count()),
        axes.argument());
  }

  private Argument pointer(int i) {
    return address(i < in.size() ? in.get(i) : null);
  }

  private long[][] spread(long[] over) {
    return in.stream().map(x -> Axes.spread(x.shape(), over)).toArray(long[][]::new);
  }

  /**
   * Adds up the function's values.
   *
   * @param full the common shape
   * @param out an array that spread over it, which says by its axes of length 1 what to add up
   */
  void sum(Emitter emitter, long[] full, Buffer out, double factor) {
    long[] small = new long[full.length];
    Arrays.fill(small, 1);
    System.arraycopy(out.shape(), 0, small, full.length - out.rank(), out.rank());
    if (Arrays.equals(small, full) && factor == 1) {
      map(emitter, out);
      return;
    }
    long[][] strides = spread(full);
    long[] summedShape = full.clone();
    for (int i = 0; i < full.length; i++) {
      summedShape[i] = small[i] == full[i] ? 1 : full[i];
    }
    Axes kept = Axes.of(small, strides);
    Axes summed = Axes.of(summedShape, strides);
    boolean isMatrix =
        kept.rank() == 1 && summed.rank() <= 1 && kept.onlyStride(0) == 1 && out.length() > 1;
    if (isMatrix) {
      columns(emitter, kept, summed, out, factor);
      return;
    }
    int threads = Math.clamp(Math.ceilDiv(summed.count(), 32L) * 32, 32, THREADS);
    emitter.launch(
        function.kernel(Generator.SUM),
        Blocks.of(kept.count()),
        threads,
        pointer(0),
        pointer(1),
        pointer(2),
        value(a),
        value(b),
        address(out),
        value((float) factor),
        value(summed.count()),
        kept.argument(),
        summed.argument());
  }

  /** In two stages, so that a sum does not depend on which block comes first. */
  private void columns(Emitter emitter, Axes kept, Axes summed, Buffer out, double factor) {
    int columns = Math.toIntExact(kept.count());
    long height = summed.count();
    int parts = Math.toIntExact(Math.ceilDiv(height, ROWS));
    Buffer first = parts == 1 ? out : emitter.scratch(parts, columns);
    emitter.launch(
        function.kernel(Generator.COLUMNS),
        new Blocks(Math.ceilDiv(columns, 64), parts, 1),
        64,
        pointer(0),
        pointer(1),
        pointer(2),
        value(a),
        value(b),
        address(first),
        value(parts == 1 ? (float) factor : 1f),
        value(height),
        value(columns),
        value(ROWS),
        summed.argument(),
        kept.argument());
    if (parts > 1) {
      of(Function.COPY, first)
          .columns(
              emitter,
              Axes.of(new long[] {columns}, new long[] {1}),
              Axes.of(new long[] {parts}, new long[] {columns}),
              out,
              factor);
    }
  }
}
