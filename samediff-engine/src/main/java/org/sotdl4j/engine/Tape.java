package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reverse-mode differentiation of a list of nodes. An operation of ours says itself how it is
 * differentiated; for an op of the graph SameDiff does, in a copy of the graph, so that the
 * caller's stays as it is.
 */
final class Tape {

  /** The op whose output counts as constant. */
  private static final String CONSTANT = "stop_gradient";

  private final SameDiff copy = SameDiff.create();
  private final List<Node> nodes;
  private final Set<String> made = new HashSet<>();
  private final Set<String> dependent = new HashSet<>();
  private final Map<String, List<String>> contributions = new HashMap<>();
  private int fresh;

  /**
   * @param nodes the forward nodes in order; those that compute gradients are appended
   * @param variables whose gradients are wanted
   */
  Tape(SameDiff sd, List<Node> nodes, Set<String> variables) {
    this.nodes = nodes;
    copy.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    sd.invokeGraphOn(copy);
    for (DifferentialFunction op : copy.ops()) {
      op.setSameDiff(copy);
      Arrays.stream(op.args()).forEach(arg -> arg.setSameDiff(copy));
      Arrays.stream(op.outputVariables()).forEach(out -> out.setSameDiff(copy));
    }
    dependent.addAll(variables);
    for (Node node : nodes) {
      made.addAll(node.out());
      if (!node.operation().name().equals(CONSTANT)
          && node.in().stream().anyMatch(dependent::contains)) {
        dependent.addAll(node.out());
      }
    }
  }

  /** A graph with the gradients of a loss added to what it computes and returns. */
  static Graph withGradients(SameDiff sd, Graph graph, String loss, Set<String> variables) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    Tape tape = new Tape(sd, nodes, variables);
    Map<String, String> outputs = new LinkedHashMap<>(graph.outputs());
    DataType type = sd.getVariable(loss).dataType();
    tape.differentiate(loss, type, variables)
        .forEach((variable, gradient) -> outputs.put(Program.gradient(variable), gradient));
    List<Node> all = Recomputation.of(nodes, graph.nodes().size(), outputs.values());
    return new Graph(List.of(sd, tape.copy), all, outputs);
  }

  /** The graph in which SameDiff differentiates; what {@link #record} found there may be run. */
  SameDiff copy() {
    return copy;
  }

  /**
   * Appends what computes the gradients of a loss.
   *
   * @return the names of the gradients by the wanted variables on which the loss depends
   */
  Map<String, String> differentiate(String loss, DataType type, Set<String> variables) {
    SDVariable one = copy.constant("gradient-of-" + loss, Nd4j.scalar(type, 1));
    contributions.put(loss, new ArrayList<>(List.of(one.name())));
    for (Node node : List.copyOf(nodes).reversed()) {
      if (node.out().stream().noneMatch(dependent::contains)) {
        continue;
      }
      List<String> upstream = new ArrayList<>();
      node.out().forEach(name -> upstream.add(total(name)));
      if (upstream.stream().allMatch(name -> name == null)) {
        continue;
      }
      List<String> gradients = node.operation().gradients(node, upstream, this);
      for (int i = 0; i < gradients.size(); i++) {
        String input = node.in().get(i);
        if (gradients.get(i) != null && dependent.contains(input)) {
          contributions.computeIfAbsent(input, k -> new ArrayList<>()).add(gradients.get(i));
        }
      }
    }
    Map<String, String> gradients = new LinkedHashMap<>();
    for (String variable : variables) {
      String gradient = total(variable);
      if (gradient != null) {
        gradients.put(variable, gradient);
      }
    }
    return gradients;
  }

  /** The gradient by a variable, once all that depends on it is differentiated; or null. */
  private String total(String variable) {
    List<String> parts = contributions.remove(variable);
    if (parts == null) {
      return null;
    }
    return parts.size() == 1 ? parts.getFirst() : add(new SumOperation(), parts, 1).getFirst();
  }

  /** Whether the loss's gradient by a variable is wanted or needed. */
  boolean needs(String variable) {
    return dependent.contains(variable);
  }

  /** Appends an operation. */
  List<String> add(Operation operation, List<String> in, int outputs) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      out.add(Node.beside(operation.name(), String.valueOf(fresh++)));
    }
    nodes.add(new Node(operation, List.copyOf(in), out));
    made.addAll(out);
    return out;
  }

  /** A gradient as a variable of the copy. */
  SDVariable variable(String name, DataType type) {
    return copy.hasVariable(name) ? copy.getVariable(name) : copy.placeHolder(name, type);
  }

  /** Appends the ops of the copy that a variable needs and that are not there yet. */
  String record(SDVariable variable) {
    for (DifferentialFunction op : Order.of(copy, List.of(variable.name()), made)) {
      Node node = NativeOperation.node(op);
      nodes.add(node);
      made.addAll(node.out());
    }
    return variable.name();
  }
}
