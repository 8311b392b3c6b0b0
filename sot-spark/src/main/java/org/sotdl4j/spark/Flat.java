package org.sotdl4j.spark;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays one behind the other as they travel: floats in the bytes that the arrays hold them in. */
final class Flat {

  private Flat() {}

  static int length(List<INDArray> arrays) {
    return Math.toIntExact(arrays.stream().mapToLong(INDArray::length).sum());
  }

  /** The values of arrays; counts become floats. */
  static byte[] of(List<INDArray> arrays) {
    byte[] values = new byte[Math.multiplyExact(Float.BYTES, length(arrays))];
    int offset = 0;
    for (INDArray array : arrays) {
      INDArray floats = array.dataType() == DataType.FLOAT ? array : array.castTo(DataType.FLOAT);
      int length = Float.BYTES * Math.toIntExact(array.length());
      new BytePointer(
              pointer(floats.ordering() == 'c' && !floats.isView() ? floats : floats.dup('c')))
          .get(values, offset, length);
      offset += length;
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

  /** The same of values in bytes; the offsets count values. */
  static int into(List<INDArray> arrays, byte[] values, int from) {
    int offset = from;
    for (INDArray array : arrays) {
      int length = Math.toIntExact(array.length());
      boolean floats = array.dataType() == DataType.FLOAT;
      INDArray target = floats ? array : Nd4j.create(DataType.FLOAT, array.shape());
      new BytePointer(pointer(target)).put(values, Float.BYTES * offset, Float.BYTES * length);
      if (!floats) {
        array.assign(target);
        target.close();
      }
      offset += length;
    }
    return offset;
  }

  private static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }
}
