package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor in a file: what it is and where its values lie.
 *
 * @param type of its elements
 * @param shape its dimensions, none for a scalar
 * @param strides how many elements lie between neighbours in each dimension
 * @param values its first element and what follows, little-endian
 */
record StoredTensor(TensorType type, List<Long> shape, List<Long> strides, MemorySegment values) {

  /** A tensor without gaps, its last dimension the fastest. */
  static StoredTensor rowMajor(TensorType type, List<Long> shape, MemorySegment values) {
    return new StoredTensor(type, shape, rowMajorStrides(shape), values);
  }

  /** A matrix that is stored the other way round, by the shape that it has there. */
  static StoredTensor transposed(TensorType type, List<Long> stored, MemorySegment values) {
    return new StoredTensor(type, stored.reversed(), rowMajorStrides(stored).reversed(), values);
  }

  private static List<Long> rowMajorStrides(List<Long> shape) {
    List<Long> strides = new ArrayList<>();
    long stride = 1;
    for (long n : shape.reversed()) {
      strides.addFirst(stride);
      stride *= Math.max(n, 1);
    }
    return strides;
  }

  long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** A copy, of the same bits. */
  INDArray read() {
    INDArray array = Nd4j.createUninitialized(type.dataType(), dimensions());
    MemorySegment target = memory(array);
    if (isRowMajor()) {
      target.copyFrom(values.asSlice(0, target.byteSize()));
    } else {
      gather(target);
    }
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST); // a GPU's copy is out of date
    return array;
  }

  private boolean isRowMajor() {
    List<Long> expected = rowMajorStrides(shape);
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) > 1 && !strides.get(i).equals(expected.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void gather(MemorySegment target) {
    int width = type.dataType().width();
    long[] size = dimensions();
    long[] index = new long[size.length];
    long source = 0; // in elements
    for (long i = 0; i < target.byteSize(); i += width) {
      copyElement(values, source * width, target, i, width);
      for (int d = size.length - 1; d >= 0; d--) {
        source += strides.get(d);
        if (++index[d] < size[d]) {
          break;
        }
        source -= strides.get(d) * size[d];
        index[d] = 0;
      }
    }
  }

  private static void copyElement(
      MemorySegment from, long source, MemorySegment to, long target, int width) {
    switch (width) {
      case 1 -> to.set(ValueLayout.JAVA_BYTE, target, from.get(ValueLayout.JAVA_BYTE, source));
      case 2 ->
          to.set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              target,
              from.get(ValueLayout.JAVA_SHORT_UNALIGNED, source));
      case 4 ->
          to.set(
              ValueLayout.JAVA_INT_UNALIGNED,
              target,
              from.get(ValueLayout.JAVA_INT_UNALIGNED, source));
      default ->
          to.set(
              ValueLayout.JAVA_LONG_UNALIGNED,
              target,
              from.get(ValueLayout.JAVA_LONG_UNALIGNED, source));
    }
  }

  /** The values of a row-major array; all of ND4J's platforms are little-endian, as the formats. */
  @SuppressWarnings("restricted")
  static MemorySegment memory(INDArray array) {
    if (array.isEmpty()) {
      return MemorySegment.NULL;
    }
    return MemorySegment.ofAddress(array.data().address())
        .reinterpret(array.length() * array.dataType().width());
  }
}
