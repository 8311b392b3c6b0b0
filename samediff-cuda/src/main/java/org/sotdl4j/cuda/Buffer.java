package org.sotdl4j.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;

/** An array on the device, whose elements lie in the order of their indices. */
record Buffer(long address, DataType type, List<Long> axes) {

  Buffer(long address, DataType type, long... shape) {
    this(address, type, LongStream.of(shape).boxed().toList());
  }

  long[] shape() {
    return axes.stream().mapToLong(Long::longValue).toArray();
  }

  static Buffer floats(long address, long... shape) {
    return new Buffer(address, DataType.FLOAT, shape);
  }

  long length() {
    return Arrays.stream(shape()).reduce(1, Math::multiplyExact);
  }

  int rank() {
    return axes.size();
  }

  /** The length of an axis; negative numbers count from the end. */
  int size(int axis) {
    return Math.toIntExact(axes.get(axis < 0 ? rank() + axis : axis));
  }

  /** The product of the lengths of some axes. */
  long product(int from, int to) {
    return Arrays.stream(shape(), from, to).reduce(1, Math::multiplyExact);
  }

  boolean isFloat() {
    return type == DataType.FLOAT;
  }

  /** The same elements in another shape. */
  Buffer reshaped(long... other) {
    return new Buffer(address, type, other);
  }
}
