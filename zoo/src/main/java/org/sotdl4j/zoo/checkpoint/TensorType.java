package org.sotdl4j.zoo.checkpoint;

import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/** The element types of safetensors files that ND4J has too. */
enum TensorType {
  F64(DataType.DOUBLE),
  F32(DataType.FLOAT),
  F16(DataType.FLOAT16),
  BF16(DataType.BFLOAT16),
  I64(DataType.INT64),
  I32(DataType.INT32),
  I16(DataType.INT16),
  I8(DataType.INT8),
  U8(DataType.UINT8),
  BOOL(DataType.BOOL);

  private final DataType dataType;

  TensorType(DataType dataType) {
    this.dataType = dataType;
  }

  /** The type with the same bits. */
  DataType dataType() {
    return dataType;
  }

  /** The type that arrays are read as: half precision is widened, ND4J can do little with it. */
  DataType readType() {
    return this == F16 || this == BF16 ? DataType.FLOAT : dataType;
  }

  static Optional<TensorType> of(String name) {
    return Stream.of(values()).filter(type -> type.name().equals(name)).findAny();
  }

  static Optional<TensorType> of(DataType dataType) {
    return Stream.of(values()).filter(type -> type.dataType == dataType).findAny();
  }
}
