package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a program computes: nodes in the order in which they run.
 *
 * @param sources where parameters and constants are
 * @param nodes each after those whose outputs it reads
 * @param outputs the variables to return, by the names under which to return them
 */
record Graph(List<SameDiff> sources, List<Node> nodes, Map<String, String> outputs) {

  /** The variables of a SameDiff graph, and the ops that they need. */
  static Graph of(SameDiff sd, Map<String, String> outputs) {
    List<Node> nodes = Order.of(sd, outputs.values()).stream().map(NativeOperation::node).toList();
    return new Graph(List.of(sd), nodes, outputs);
  }

  /** The array of a parameter or constant, or null where a variable is neither. */
  INDArray leaf(String name) {
    for (SameDiff source : sources) {
      if (source.hasVariable(name)) {
        SDVariable variable = source.getVariable(name);
        VariableType type = variable.getVariableType();
        return type == VariableType.VARIABLE || type == VariableType.CONSTANT
            ? variable.getArr()
            : null;
      }
    }
    return null;
  }

  /** Without the nodes that no output needs. */
  Graph pruned() {
    Set<String> needed = new HashSet<>(outputs.values());
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (node.out().stream().anyMatch(needed::contains)) {
        needed.addAll(node.in());
        kept.add(node);
      }
    }
    return new Graph(sources, kept.reversed(), outputs);
  }
}
