package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The placeholders of a graph, and which of them a program needs. */
final class Inputs {

  private final SameDiff sd;
  private final Graph graph;
  private final Map<String, SDVariable> needed = new TreeMap<>();

  /** Those that the variables of a graph need, and its ops. */
  Inputs(SameDiff sd, Graph graph) {
    this.sd = sd;
    this.graph = graph;
    Stream.concat(
            graph.outputs().values().stream(), graph.nodes().stream().flatMap(n -> n.in().stream()))
        .map(sd::getVariable)
        .filter(variable -> variable.getVariableType() == VariableType.PLACEHOLDER)
        .forEach(variable -> needed.put(variable.name(), variable));
  }

  /**
   * The arrays that the program needs; the graph's other placeholders are left out.
   *
   * @throws IllegalArgumentException if one is missing, unknown, of the wrong type or shape, or has
   *     a NaN
   */
  Map<String, INDArray> select(Map<String, INDArray> given) {
    for (String name : given.keySet()) {
      if (!sd.hasVariable(name) || !sd.getVariable(name).isPlaceHolder()) {
        throw new IllegalArgumentException(
            "The graph has no input named %s; it takes %s"
                .formatted(name, sd.inputs().stream().sorted().toList()));
      }
    }
    Map<String, INDArray> selected = new TreeMap<>();
    needed.forEach((name, variable) -> selected.put(name, checked(variable, given.get(name))));
    selected.forEach(this::refuseNaN);
    return selected;
  }

  private static INDArray checked(SDVariable variable, INDArray array) {
    String wanted = "%s %s".formatted(variable.dataType(), Arrays.toString(variable.getShape()));
    if (array != null && (array.wasClosed() || array.isEmpty())) {
      throw new IllegalArgumentException(
          "The input %s %s; give an array %s"
              .formatted(variable.name(), array.wasClosed() ? "is closed" : "is empty", wanted));
    }
    if (array == null) {
      throw new IllegalArgumentException(
          "The input %s is missing; give an array %s".formatted(variable.name(), wanted));
    }
    if (array.dataType() != variable.dataType() || !fits(variable.getShape(), array.shape())) {
      throw new IllegalArgumentException(
          "The input %s is %s %s, but the graph takes %s (-1: any length)"
              .formatted(
                  variable.name(), array.dataType(), Arrays.toString(array.shape()), wanted));
    }
    return array;
  }

  /** SameDiff keeps no shape for a placeholder that was made without one. */
  private static boolean fits(long[] declared, long[] shape) {
    if (declared == null) {
      return true;
    }
    if (declared.length != shape.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (declared[i] >= 0 && declared[i] != shape[i]) {
        return false;
      }
    }
    return true;
  }

  private void refuseNaN(String name, INDArray array) {
    NaN.find(array)
        .ifPresent(index -> {
          String reader =
              graph.nodes().stream()
                  .filter(node -> node.in().contains(name))
                  .map(node -> ", which the op %s reads,".formatted(node.operation().name()))
                  .findFirst()
                  .orElse("");
          throw new IllegalArgumentException(
              "The input %s%s is NaN at %s".formatted(name, reader, Arrays.toString(index)));
        });
  }

  /** The length that the inputs' first axes have in common, of which the graph takes any. */
  OptionalLong batch(Map<String, INDArray> given) {
    long[] lengths =
        given.entrySet().stream()
            .filter(e -> hasBatch(e.getKey()))
            .mapToLong(e -> e.getValue().size(0))
            .distinct()
            .toArray();
    return lengths.length == 1 ? OptionalLong.of(lengths[0]) : OptionalLong.empty();
  }

  private boolean hasBatch(String name) {
    long[] declared = needed.get(name).getShape();
    return declared != null && declared.length > 0 && declared[0] < 0;
  }

  /** Inputs like some others, with another batch and without values. */
  Map<String, INDArray> withBatch(Map<String, INDArray> given, long batch) {
    Map<String, INDArray> others = new TreeMap<>();
    given.forEach((name, array) -> {
      long[] shape = array.shape().clone();
      if (hasBatch(name)) {
        shape[0] = batch;
      }
      others.put(name, Memory.standIn(array.dataType(), shape));
    });
    return others;
  }

  /** Inputs of a batch without values; empty if the graph leaves more open than the batch. */
  Optional<Map<String, INDArray>> ofBatch(long batch) {
    Map<String, INDArray> inputs = new TreeMap<>();
    for (SDVariable variable : needed.values()) {
      long[] shape =
          variable.getShape() == null ? new long[] {-1, -1} : variable.getShape().clone();
      if (hasBatch(variable.name())) {
        shape[0] = batch;
      }
      if (Arrays.stream(shape).anyMatch(length -> length < 0)) {
        return Optional.empty();
      }
      inputs.put(variable.name(), Memory.standIn(variable.dataType(), shape));
    }
    return Optional.of(inputs);
  }
}
