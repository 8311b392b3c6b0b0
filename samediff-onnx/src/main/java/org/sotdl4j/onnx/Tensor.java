package org.sotdl4j.onnx;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.LongStream;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * An initialiser: a named array, row-major. Its values stay where they are, off the heap, until
 * they are written.
 */
record Tensor(String name, INDArray array) {

  /** A tensor of an array's values in a type. */
  static Tensor of(String name, INDArray array, DataType type) {
    INDArray typed = array.dataType() == type ? array : array.castTo(type);
    boolean rowMajor = typed.ordering() == 'c' && !typed.isView();
    return new Tensor(name, rowMajor ? typed : typed.dup('c'));
  }

  DataType type() {
    return array.dataType();
  }

  long size() {
    return array.length() * type().width();
  }

  /**
   * The values, as long as this tensor is reachable; all of ND4J's platforms are little-endian, as
   * the format.
   */
  @SuppressWarnings("restricted")
  ByteBuffer bytes() {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return MemorySegment.ofAddress(array.data().address())
        .reinterpret(size())
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** With the values in the model's own file. */
  TensorProto inline() {
    return proto().setRawData(UnsafeByteOperations.unsafeWrap(bytes())).build();
  }

  /** With the values from an offset on in another file beside the model's. */
  TensorProto external(String file, long offset) {
    return proto()
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", file))
        .addExternalData(entry("offset", String.valueOf(offset)))
        .addExternalData(entry("length", String.valueOf(size())))
        .build();
  }

  /** The number 0. */
  static TensorProto zero(DataType type) {
    return TensorProto.newBuilder()
        .setDataType(onnxType(type).getNumber())
        .addDims(1)
        .setRawData(ByteString.copyFrom(new byte[type.width()]))
        .build();
  }

  private TensorProto.Builder proto() {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(onnxType(type()).getNumber())
        .addAllDims(() -> LongStream.of(array.shape()).iterator());
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  static TensorProto.DataType onnxType(DataType type) {
    return switch (type) {
      case FLOAT -> TensorProto.DataType.FLOAT;
      case DOUBLE -> TensorProto.DataType.DOUBLE;
      case HALF -> TensorProto.DataType.FLOAT16;
      case LONG -> TensorProto.DataType.INT64;
      case INT -> TensorProto.DataType.INT32;
      case BOOL -> TensorProto.DataType.BOOL;
      default ->
          throw new UnsupportedGraphException(
              "ONNX export does not know arrays of the type " + type);
    };
  }
}
