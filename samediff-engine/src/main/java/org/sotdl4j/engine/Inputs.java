package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The placeholders of a graph, and which of them a program needs. */
final class Inputs {

  private final SameDiff sd;
  private final Map<String, SDVariable> needed = new TreeMap<>();

  /** Those that the variables of a graph need, and its ops. */
  Inputs(SameDiff sd, Graph graph) {
    this.sd = sd;
    Stream.concat(
            graph.outputs().values().stream(), graph.nodes().stream().flatMap(n -> n.in().stream()))
        .map(sd::getVariable)
        .filter(variable -> variable.getVariableType() == VariableType.PLACEHOLDER)
        .forEach(variable -> needed.put(variable.name(), variable));
  }

  /**
   * The arrays that the program needs; the graph's other placeholders are left out.
   *
   * @throws IllegalArgumentException if one is missing, unknown, or of the wrong type or shape
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
    return selected;
  }

  private static INDArray checked(SDVariable variable, INDArray array) {
    String wanted = "%s %s".formatted(variable.dataType(), Arrays.toString(variable.getShape()));
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
}
