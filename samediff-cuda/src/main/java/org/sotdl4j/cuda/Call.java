package org.sotdl4j.cuda;

import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** An op of the graph with its arrays on the device. */
record Call(DifferentialFunction op, List<Buffer> in, List<Buffer> out) {

  Buffer x() {
    return in.getFirst();
  }

  Buffer y() {
    return in.get(1);
  }

  Buffer target() {
    return out.getFirst();
  }

  /** The integer settings. */
  long[] integers() {
    return ((CustomOp) op).iArgs();
  }

  /** A real setting. */
  double real(int index) {
    return ((CustomOp) op).tArgs()[index];
  }

  /** The constant of an op such as {@code add_scalar}. */
  double scalar() {
    return ((ScalarOp) op).scalar().getDouble(0);
  }

  /** Whether a setting says that a side of a product lies transposed. */
  boolean isTransposed(int side) {
    return integers().length > side && integers()[side] != 0;
  }

  /**
   * The shape of a reduction's result with the reduced axes as 1.
   *
   * @param full what is reduced
   * @param small the result
   */
  long[] reduced(Buffer full, Buffer small) {
    long[] axes =
        switch (op) {
          case BaseReduceOp legacy ->
              legacy.dimensions() == null ? new long[0] : legacy.dimensions().toLongVector();
          default -> integers();
        };
    long[] kept = full.shape().clone();
    for (long axis : axes.length == 0 || axes[0] == Integer.MAX_VALUE ? all(full) : axes) {
      kept[Math.floorMod(axis, kept.length)] = 1;
    }
    if (Buffer.floats(0, kept).length() != small.length()) {
      throw new UnsupportedOperationException("its axes do not fit its result");
    }
    return kept;
  }

  private static long[] all(Buffer full) {
    return java.util.stream.LongStream.range(0, full.rank()).toArray();
  }
}
