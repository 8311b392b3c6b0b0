package org.sotdl4j.cuda;

import java.lang.foreign.MemorySegment;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of arrays on the CPU. */
final class HostArray {

  private HostArray() {}

  /** The bytes of an array whose elements lie in the order of their indices. */
  @SuppressWarnings("restricted")
  static MemorySegment segment(INDArray array) {
    long address = array.data().addressPointer().address();
    return MemorySegment.ofAddress(address).reinterpret(array.length() * array.dataType().width());
  }

  /** The array, or a copy in the order of its indices where it lies otherwise. */
  static INDArray inOrder(INDArray array) {
    return isInOrder(array.shape(), array.stride()) ? array : array.dup('c');
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
}
