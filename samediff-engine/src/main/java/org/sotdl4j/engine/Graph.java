package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.Invoke;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;

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

  /**
   * Says that only SameDiff's session runs loops and branches.
   *
   * @throws IllegalArgumentException if there is such an op
   */
  void refuseControlFlow() {
    for (Node node : nodes) {
      if (node.operation() instanceof NativeOperation(DifferentialFunction op)
          && (op instanceof BaseCompatOp || op instanceof Invoke)) {
        throw new IllegalArgumentException(
            "The op %s, which makes %s, is control flow: only the stock engine runs such a graph"
                .formatted(op.opName(), node.onlyOut()));
      }
    }
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
