package org.sotdl4j.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * An array whose floats lie in memory in the order of its indices, which is all that kernels take.
 *
 * @param array keeps the memory alive
 * @param address of the first float
 */
record Floats(INDArray array, long address) {

  static final long BYTES = Float.BYTES;

  /** The whole address space: an address is an offset in it. */
  @SuppressWarnings("restricted")
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Empty if the array is of another type or layout, or has no element. */
  static Optional<Floats> of(INDArray array) {
    boolean fits =
        array.dataType() == DataType.FLOAT
            && !array.isEmpty()
            && isInOrder(array.shape(), array.stride());
    return fits ? Optional.of(new Floats(array, address(array))) : Optional.empty();
  }

  /** An axis of length 1 has no neighbours, so its stride means nothing. */
  private static boolean isInOrder(long[] shape, long[] strides) {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return true;
  }

  /** The address of an array's first float. */
  static long address(INDArray array) {
    return array.data().addressPointer().address();
  }

  /** What ND4J calls an array of floats of a shape. */
  static LongShapeDescriptor descriptor(long... shape) {
    return LongShapeDescriptor.fromShape(shape, DataType.FLOAT);
  }

  long length() {
    return array.length();
  }

  long[] shape() {
    return array.shape();
  }

  /** The length of an axis, counted from the end: -1 is the last. */
  long axis(int fromTheEnd) {
    return array.size(fromTheEnd);
  }

  static float get(long address) {
    return MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  static void set(long address, float value) {
    MEMORY.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  /** Copies so many floats from memory to an array. */
  static void read(long from, float[] to, int index, int count) {
    MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, from, to, index, count);
  }

  /** Copies so many floats of an array to memory. */
  static void write(float[] from, int index, long to, int count) {
    MemorySegment.copy(from, index, MEMORY, ValueLayout.JAVA_FLOAT_UNALIGNED, to, count);
  }
}
