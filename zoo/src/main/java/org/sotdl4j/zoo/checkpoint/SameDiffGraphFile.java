package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.graph.FlatArray;
import org.nd4j.graph.FlatGraph;
import org.nd4j.graph.FlatVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The variables and constants of a graph that SameDiff saved (FlatBuffers). The format has no
 * beginning of its own, so that files are told by their ending.
 */
final class SameDiffGraphFile {

  static final String ENDING = ".fb";

  /** How SameDiff begins the names of constants that have none of their own. */
  private static final String UNNAMED = "sd_var";

  private SameDiffGraphFile() {}

  /**
   * Reads the tensors.
   *
   * @throws CheckpointException if the file is damaged or of another format
   */
  static Contents read(MappedFile file, Arena arena) {
    if (file.size() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "%s is no SameDiff file: those are smaller than 2 GiB".formatted(file.path()));
    }
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    try {
      FlatGraph graph = FlatGraph.getRootAsFlatGraph(file.bytes().asByteBuffer());
      for (int i = 0; i < graph.variablesLength(); i++) {
        FlatVariable variable = graph.variables(i);
        FlatArray array = variable.ndarray();
        if (array != null && !variable.name().startsWith(UNNAMED)) {
          tensors.put(variable.name(), tensor(file, array, arena));
        }
      }
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | BufferUnderflowException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw file.damaged("it is not what SameDiff saves", e);
    }
    return Contents.plain("SameDiff", Map.of(), tensors);
  }

  private static StoredTensor tensor(MappedFile file, FlatArray array, Arena arena) {
    // Rank, shape, strides, and three more numbers.
    int rank = Math.toIntExact(array.shape(0));
    List<Long> shape = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    long elements = 1;
    for (int d = 0; d < rank; d++) {
      shape.add(array.shape(1 + d));
      strides.add(array.shape(1 + rank + d));
      elements = Math.multiplyExact(elements, array.shape(1 + d));
    }
    DataType dataType = FlatBuffersMapper.getDataTypeFromByte(array.dtype());
    TensorType type =
        TensorType.of(dataType)
            .orElseThrow(() -> file.damaged("it has a tensor of type " + dataType));
    if (elements * dataType.width() != array.bufferLength()) {
      throw file.damaged(
          "a tensor of shape %s has %,d bytes".formatted(shape, array.bufferLength()));
    }
    return new StoredTensor(type, shape, strides, littleEndian(array, dataType.width(), arena));
  }

  /** The values of an array, which SameDiff writes big-endian. */
  private static MemorySegment littleEndian(FlatArray array, int width, Arena arena) {
    MemorySegment stored = MemorySegment.ofBuffer(array.bufferAsByteBuffer());
    MemorySegment values = arena.allocate(Math.max(stored.byteSize(), 1), Long.BYTES);
    ValueLayout from = layout(width, FlatBuffersMapper.getOrderFromByte(array.byteOrder()));
    ValueLayout to = layout(width, ByteOrder.LITTLE_ENDIAN);
    MemorySegment.copy(stored, from, 0, values, to, 0, stored.byteSize() / width);
    return values;
  }

  private static ValueLayout layout(int width, ByteOrder order) {
    ValueLayout layout =
        switch (width) {
          case 1 -> ValueLayout.JAVA_BYTE;
          case 2 -> ValueLayout.JAVA_SHORT_UNALIGNED;
          case 4 -> ValueLayout.JAVA_INT_UNALIGNED;
          default -> ValueLayout.JAVA_LONG_UNALIGNED;
        };
    return layout.withOrder(order);
  }
}
