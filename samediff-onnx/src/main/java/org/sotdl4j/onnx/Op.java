package org.sotdl4j.onnx;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * An op of a SameDiff graph.
 *
 * @param name its own name
 * @param type what it does, as {@code multiply}
 * @param in the variables that it reads
 * @param out the variables that it makes
 * @param function its arguments
 */
record Op(
    String name, String type, List<String> in, List<String> out, DifferentialFunction function) {

  /** The whole-number arguments. */
  long[] ints() {
    return ((DynamicCustomOp) function).iArgs();
  }

  /** The real arguments. */
  double[] reals() {
    return ((DynamicCustomOp) function).tArgs();
  }

  /** The number that an op between an array and a number takes. */
  double scalar() {
    return ((ScalarOp) function).scalar().getDouble(0);
  }

  /** The axes of a reduction of an array of so many. */
  long[] axes(int rank) {
    int[] axes = ((BaseOp) function).getDimensions();
    if (axes == null || axes.length == 0 || axes[0] == Integer.MAX_VALUE) {
      return IntStream.range(0, rank).asLongStream().toArray();
    }
    return IntStream.of(axes).asLongStream().toArray();
  }

  boolean keepsAxes() {
    return ((ReduceOp) function).isKeepDims();
  }

  UnsupportedGraphException unsupported(String what) {
    return new UnsupportedGraphException(
        "ONNX export does not know %s of the op '%s', which makes the variable %s"
            .formatted(what, type, out.getFirst()));
  }
}
