package org.sotdl4j.spark;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays one behind the other in one buffer of floats, as they travel. */
final class Flat {

  private Flat() {}

  static int length(List<INDArray> arrays) {
    return Math.toIntExact(arrays.stream().mapToLong(INDArray::length).sum());
  }

  /** The values of arrays; counts become floats. */
  static float[] of(List<INDArray> arrays) {
    float[] values = new float[length(arrays)];
    int offset = 0;
    for (INDArray array : arrays) {
      INDArray floats = array.dataType() == DataType.FLOAT ? array : array.castTo(DataType.FLOAT);
      pointer(floats.ordering() == 'c' && !floats.isView() ? floats : floats.dup('c'))
          .get(values, offset, Math.toIntExact(array.length()));
      offset += Math.toIntExact(array.length());
    }
    return values;
  }

  /** Writes values into arrays, the first at an offset, and gives the offset behind the last. */
  static int into(List<INDArray> arrays, float[] values, int from) {
    int offset = from;
    for (INDArray array : arrays) {
      int length = Math.toIntExact(array.length());
      if (array.dataType() == DataType.FLOAT) {
        pointer(array).put(values, offset, length);
      } else {
        try (INDArray floats = Nd4j.create(DataType.FLOAT, array.shape())) {
          pointer(floats).put(values, offset, length);
          array.assign(floats);
        }
      }
      offset += length;
    }
    return offset;
  }

  private static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }
}
