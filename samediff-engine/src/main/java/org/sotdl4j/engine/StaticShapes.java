package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The shapes of a graph's variables, asked of the ops' own shape functions: nothing is computed but
 * what depends on shapes alone, and the arrays that stand for the others hold one value. Where a
 * shape depends on values, it is unknown.
 */
final class StaticShapes {

  private final Map<String, INDArray> arrays = new HashMap<>();

  StaticShapes(Graph graph, Map<String, INDArray> inputs) {
    inputs.forEach((name, array) -> arrays.put(name, standIn(array.dataType(), array.shape())));
    for (Node node : graph.nodes()) {
      infer(graph, node);
    }
  }

  private void infer(Graph graph, Node node) {
    List<INDArray> in = new ArrayList<>();
    for (String name : node.in()) {
      INDArray array = arrays.computeIfAbsent(name, graph::leaf);
      if (array == null) {
        return;
      }
      in.add(array);
    }
    // A shape function that reads values, as of a reshape by a computed shape, would see a
    // stand-in's; the integers that graphs compute shapes with are small, so those are computed.
    Operation.Binding binding = node.operation().bind(in);
    List<INDArray> out = new ArrayList<>();
    boolean values =
        node.operation().isOfShape()
            || in.stream().noneMatch(array -> array.dataType().isFPType() || isStandIn(array));
    for (LongShapeDescriptor output : binding.outputs()) {
      out.add(
          values
              ? Nd4j.createUninitialized(output.dataType(), output.getShape())
              : standIn(output.dataType(), output.getShape()));
    }
    if (values) {
      try (Step step = binding.step(out)) {
        step.run();
      }
    } else {
      binding.discard();
    }
    for (int i = 0; i < out.size(); i++) {
      arrays.put(node.out().get(i), out.get(i));
    }
  }

  private static boolean isStandIn(INDArray array) {
    return array.length() > 1 && Arrays.stream(array.stride()).allMatch(s -> s == 0);
  }

  /** An array of a shape whose strides are all 0, so that it needs the memory of one value. */
  private static INDArray standIn(DataType type, long[] shape) {
    return Nd4j.create(
        Nd4j.createBuffer(type, 1, false), shape, new long[shape.length], 0, 'c', type);
  }

  /** The shape of a variable, or null where it is unknown. */
  long[] of(String name) {
    INDArray array = arrays.get(name);
    return array == null ? null : array.shape();
  }

  /** The type of a variable, or null where it is unknown. */
  DataType type(String name) {
    INDArray array = arrays.get(name);
    return array == null ? null : array.dataType();
  }
}
