package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a training step does with whole arrays, each in one pass where they are floats in order. */
public final class ArrayKernels {

  /** Floats whose squares are added up by one thread. */
  private static final int RUN = 64 * 1024;

  private ArrayKernels() {}

  /** Whether kernels take these arrays: floats that lie in the order of their indices. */
  public static boolean suit(INDArray... arrays) {
    return Kernels.enabled() && Stream.of(arrays).allMatch(array -> Floats.of(array).isPresent());
  }

  /** The sum of an array's squares. */
  public static double squares(INDArray array) {
    if (!suit(array)) {
      double norm = array.norm2Number().doubleValue();
      return norm * norm;
    }
    long address = Floats.address(array);
    long length = array.length();
    double[] sums = new double[Math.toIntExact(Math.ceilDiv(length, RUN))];
    Parallel.run(
        sums.length,
        RUN,
        (from, to) -> {
          float[] lanes = new float[Rows.LANES];
          for (int i = (int) from; i < to; i++) {
            long first = (long) i * RUN;
            int count = (int) Math.min(RUN, length - first);
            sums[i] = Rows.squares(address + first * BYTES, count, 0, lanes);
          }
        });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  /** Multiplies an array in place. */
  public static void scale(INDArray array, double factor) {
    elementwise(array)
        .ifPresentOrElse(
            e -> {
              Operand x = operand(e, array);
              Operand y = Operand.constant((float) factor);
              e.map(Functions.MULTIPLY, x, y, Operand.NONE, x.address()).run();
            },
            () -> array.muli(factor));
  }

  /** Moves a running mean in place by a share towards a value. */
  public static void move(INDArray mean, INDArray value, double share) {
    elementwise(mean, value)
        .ifPresentOrElse(
            e -> {
              Operand x = operand(e, mean);
              Operand z = Operand.constant((float) share);
              e.map(Functions.MOVE, x, operand(e, value), z, x.address()).run();
            },
            () -> mean.muli(1 - share).addi(value.mul(share)));
  }

  private static Optional<Elementwise> elementwise(INDArray... arrays) {
    return suit(arrays)
        ? Optional.of(new Elementwise(new Broadcast(1, arrays[0].length(), 1)))
        : Optional.empty();
  }

  private static Operand operand(Elementwise e, INDArray array) {
    return e.operand(Floats.address(array), array.length());
  }
}
