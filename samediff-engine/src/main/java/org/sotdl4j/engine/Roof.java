package org.sotdl4j.engine;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the machine can do, on all cores, to compare steps with.
 *
 * @param gigaflops 1e9 additions and multiplications a second, in products of matrices that lie in
 *     the cache
 * @param gigabytes 1e9 bytes a second that are read or written, in copies of what lies in memory
 */
public record Roof(double gigaflops, double gigabytes) {

  private static final long NANOSECONDS = 1_000_000_000;

  private static final int ROWS = 48;
  private static final int INNER = 128;
  private static final int TASKS = 16;
  private static final long FLOATS = 16L << 20;
  private static final long PAGE = 1024;

  /** Measures both, which takes two seconds: the JIT has to compile it. */
  public static Roof measure() {
    Scratch<float[][]> memory =
        new Scratch<>(() ->
            new float[][] {
              new float[ROWS * INNER],
              new float[INNER * SmallProduct.PANEL],
              new float[ROWS * SmallProduct.PANEL]
            });
    double products =
        best(() ->
            Parallel.chunks(
                TASKS,
                1,
                (from, to) ->
                    memory.use(m ->
                        SmallProduct.multiply(
                            m[0], INNER, false, m[1], m[2], SmallProduct.PANEL, ROWS, INNER))));
    try (INDArray source = Nd4j.create(DataType.FLOAT, 2 * FLOATS);
        INDArray target = Nd4j.create(DataType.FLOAT, FLOATS)) {
      // In rows, which are what the threads share.
      List<StridedCopy.Axis> axes =
          List.of(
              new StridedCopy.Axis(FLOATS / PAGE, 2 * PAGE, PAGE),
              new StridedCopy.Axis(PAGE, 1, 1));
      double copies =
          best(new StridedCopy(Floats.address(source), Floats.address(target), axes)::run);
      return new Roof(
          2.0 * TASKS * ROWS * INNER * SmallProduct.PANEL / products,
          2.0 * FLOATS * Floats.BYTES / copies);
    }
  }

  /** The fewest nanoseconds that something takes, in a second. */
  private static double best(Runnable work) {
    long best = Long.MAX_VALUE;
    long end = System.nanoTime() + NANOSECONDS;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
