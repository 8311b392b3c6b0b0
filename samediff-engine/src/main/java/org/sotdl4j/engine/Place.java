package org.sotdl4j.engine;

import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a {@link Task} finds or leaves a variable. */
public sealed interface Place {

  /** Its shape, of which the elements lie in the order of the indices. */
  long[] shape();

  /** The type of its elements. */
  DataType type();

  /**
   * A part of the plan's own memory, which variables share that are not needed at the same time.
   *
   * @param index of the block in {@link Schedule#blocks}; the variable lies at its start
   * @param axes their lengths
   */
  record Block(int index, DataType type, List<Long> axes) implements Place {

    static Block of(int index, DataType type, long[] shape) {
      return new Block(index, type, LongStream.of(shape).boxed().toList());
    }

    @Override
    public long[] shape() {
      return axes.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /**
   * A parameter or constant of the graph, or what follows from shapes alone.
   *
   * @param array where it is on the CPU
   * @param changes whether the caller may change it between runs
   */
  record Value(INDArray array, boolean changes) implements Place {

    @Override
    public long[] shape() {
      return array.shape();
    }

    @Override
    public DataType type() {
      return array.dataType();
    }

    /** The same array, not one of the same values. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
      return other instanceof Value value && array == value.array;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(array);
    }
  }

  /** The number of its elements. */
  default long length() {
    long length = 1;
    for (long axis : shape()) {
      length *= axis;
    }
    return length;
  }

  /** The bytes of its elements. */
  default long bytes() {
    return length() * type().width();
  }
}
