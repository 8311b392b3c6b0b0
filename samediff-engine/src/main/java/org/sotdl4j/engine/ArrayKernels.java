package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a training step does with whole arrays, in one pass where they are floats in order. */
public final class ArrayKernels {

  /** Floats whose squares are added up by one thread. */
  private static final int RUN = 64 * 1024;

  private ArrayKernels() {}

  /** Whether kernels take these arrays: floats that lie in the order of their indices. */
  public static boolean suit(INDArray... arrays) {
    return Kernels.enabled() && Stream.of(arrays).allMatch(array -> Floats.of(array).isPresent());
  }

  /** The sum of all arrays' squares. */
  public static double squares(Collection<INDArray> arrays) {
    Sweep sweep = new Sweep();
    List<double[]> sums = arrays.stream().map(array -> squares(sweep, array)).toList();
    sweep.run();
    return sums.stream().mapToDouble(parts -> DoubleStream.of(parts).sum()).sum();
  }

  /** Where the sums of the squares of an array's parts will stand. */
  private static double[] squares(Sweep sweep, INDArray array) {
    if (!suit(array)) {
      double norm = array.norm2Number().doubleValue();
      return new double[] {norm * norm};
    }
    long address = Floats.address(array);
    long length = array.length();
    double[] sums = new double[Math.toIntExact(Math.ceilDiv(length, RUN))];
    sweep.add(
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
    return sums;
  }

  /** Multiplies arrays in place. */
  public static void scale(Collection<INDArray> arrays, double factor) {
    Sweep sweep = new Sweep();
    for (INDArray array : arrays) {
      elementwise(array)
          .ifPresentOrElse(
              e -> {
                Operand x = operand(e, array);
                Operand y = Operand.constant((float) factor);
                e.map(sweep, Functions.MULTIPLY, x, y, Operand.NONE, x.address());
              },
              () -> array.muli(factor));
    }
    sweep.run();
  }

  /** Moves a running mean in place by a share towards a value. */
  public static void move(INDArray mean, INDArray value, double share) {
    Sweep sweep = new Sweep();
    move(sweep, mean, value, share);
    sweep.run();
  }

  /** Will do so, at once where the arrays are no floats in order. */
  public static void move(Sweep sweep, INDArray mean, INDArray value, double share) {
    elementwise(mean, value)
        .ifPresentOrElse(
            e -> {
              Operand x = operand(e, mean);
              Operand z = Operand.constant((float) share);
              e.map(sweep, Functions.MOVE, x, operand(e, value), z, x.address());
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
