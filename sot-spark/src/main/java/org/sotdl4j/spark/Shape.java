package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array without its values. */
record Shape(String name, DataType type, List<Long> sides) implements Serializable {

  static List<Shape> of(Map<String, INDArray> arrays) {
    return arrays.entrySet().stream()
        .map(e ->
            new Shape(
                e.getKey(),
                e.getValue().dataType(),
                Arrays.stream(e.getValue().shape()).boxed().toList()))
        .toList();
  }

  /** New arrays of these shapes. */
  static SequencedMap<String, INDArray> arrays(List<Shape> shapes) {
    SequencedMap<String, INDArray> arrays = new LinkedHashMap<>();
    for (Shape shape : shapes) {
      long[] sides = shape.sides.stream().mapToLong(Long::longValue).toArray();
      arrays.put(shape.name, Nd4j.create(shape.type, sides));
    }
    return arrays;
  }
}
