package org.sotdl4j.engine;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** A graph's nodes for passes to find patterns in and to replace. */
final class Rewriter {

  private final Graph graph;
  private final StaticShapes shapes;
  private final List<Node> nodes;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Set<Node>> consumers = new HashMap<>();

  Rewriter(Graph graph, StaticShapes shapes) {
    this.graph = graph;
    this.shapes = shapes;
    this.nodes = new ArrayList<>(graph.nodes());
    nodes.forEach(this::index);
  }

  private void index(Node node) {
    node.out().forEach(name -> producers.put(name, node));
    node.in().forEach(name -> consumers.computeIfAbsent(name, k -> new HashSet<>()).add(node));
  }

  /** The nodes as they are now. */
  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** The nodes that are ops of a name. */
  List<Node> nodes(String op) {
    return nodes.stream().filter(node -> is(node, op)).toList();
  }

  /** The node that makes a variable if it is an op of that name, else null. */
  Node producer(String variable, String op) {
    Node node = producers.get(variable);
    return node != null && is(node, op) ? node : null;
  }

  /** The node that makes a variable, or null. */
  Node producer(String variable) {
    return producers.get(variable);
  }

  /** The only node that reads a variable, or null. */
  Node consumer(String variable) {
    Set<Node> readers = consumers.getOrDefault(variable, Set.of());
    return readers.size() == 1 && !isOutput(variable) ? readers.iterator().next() : null;
  }

  /** Whether no other node reads what a node makes, and it is not returned. */
  boolean isReadOnlyBy(Node maker, Node reader) {
    return maker.out().stream()
        .allMatch(name ->
            !isOutput(name) && Set.of(reader).containsAll(consumers.getOrDefault(name, Set.of())));
  }

  /** Adds a node as soon as its inputs are there. */
  void add(Node node) {
    int at =
        node.in().stream().mapToInt(name -> nodes.indexOf(producers.get(name))).max().orElse(-1);
    nodes.add(at + 1, node);
    index(node);
  }

  private static boolean is(Node node, String op) {
    return node.operation() instanceof NativeOperation && node.operation().name().equals(op);
  }

  /** The only node that reads a variable if it is an op of that name, else null. */
  Node consumer(String variable, String op) {
    Node node = consumer(variable);
    return node != null && is(node, op) ? node : null;
  }

  /** The array of a parameter or constant, else null. */
  INDArray leaf(String variable) {
    return graph.leaf(variable);
  }

  boolean isOutput(String variable) {
    return graph.outputs().containsValue(variable);
  }

  /** The value that an op such as {@code add_scalar} has. */
  static double scalar(Node node) {
    var operation = (NativeOperation) node.operation();
    return ((ScalarOp) operation.op()).scalar().getDouble(0);
  }

  /** The integer settings of an op. */
  static long[] integers(Node node) {
    return ((CustomOp) ((NativeOperation) node.operation()).op()).iArgs();
  }

  /** Whether an op's integer settings begin with its last axis, which it also is by default. */
  static boolean isLastAxis(long[] settings, int rank) {
    return settings.length == 0 || settings[0] == -1 || settings[0] == rank - 1;
  }

  /** The real settings of an op. */
  static double[] reals(Node node) {
    return ((CustomOp) ((NativeOperation) node.operation()).op()).tArgs();
  }

  DataType type(String variable) {
    INDArray leaf = graph.leaf(variable);
    return leaf == null ? shapes.type(variable) : leaf.dataType();
  }

  long[] shape(String variable) {
    long[] shape = shapes.of(variable);
    return shape != null || graph.leaf(variable) == null ? shape : graph.leaf(variable).shape();
  }

  /** Whether a variable is made by a node or given as an input, in floats. */
  boolean isFloatActivation(String variable) {
    return graph.leaf(variable) == null && shapes.type(variable) == DataType.FLOAT;
  }

  /** Whether a variable holds floats. */
  boolean isFloat(String variable) {
    return isFloatActivation(variable) || isFloatLeaf(variable);
  }

  /** The values of a parameter or constant of whole numbers, or null where it is none. */
  long[] integers(String variable) {
    INDArray leaf = graph.leaf(variable);
    return leaf == null || !leaf.dataType().isIntType() ? null : leaf.ravel().toLongVector();
  }

  /** Whether a variable is a parameter or constant of floats that lie in order. */
  boolean isFloatLeaf(String variable) {
    INDArray leaf = graph.leaf(variable);
    return leaf != null && Floats.of(leaf).isPresent();
  }

  /** Whether a variable is a parameter or constant of so many floats on one axis. */
  boolean isFloatVector(String variable, long length) {
    INDArray leaf = graph.leaf(variable);
    return isFloatLeaf(variable) && leaf.rank() == 1 && leaf.length() == length;
  }

  /** Whether a node reduces the last axis, which stays as 1. */
  boolean isMeanOfRows(Node node) {
    long[] in = shape(node.in().getFirst());
    long[] out = shape(node.onlyOut());
    return in != null
        && out != null
        && in.length == out.length
        && in.length > 0
        && out[in.length - 1] == 1
        && Arrays.equals(in, 0, in.length - 1, out, 0, in.length - 1)
        && in[in.length - 1] > 1;
  }

  /**
   * Replaces nodes by one that makes the outputs of the last of them, if nothing else reads what
   * the others make.
   *
   * @return whether it was done
   */
  boolean replace(Collection<Node> old, Node last, Operation operation, List<String> in) {
    return replace(old, last, new Node(operation, in, last.out()));
  }

  /** The same with a node that may make further outputs, among them some of the old nodes'. */
  boolean replace(Collection<Node> old, Node last, Node fused) {
    return replace(old, last, List.of(fused));
  }

  /** The same with several nodes in their order. */
  boolean replace(Collection<Node> old, Node last, List<Node> fused) {
    Set<String> made = fused.stream().flatMap(node -> node.out().stream()).collect(toSet());
    for (Node node : old) {
      if (node.equals(last)) {
        continue;
      }
      for (String name : node.out()) {
        boolean stays = made.contains(name);
        if ((isOutput(name) && !stays)
            || !old.containsAll(consumers.getOrDefault(name, Set.of()))) {
          return false;
        }
      }
    }
    int at = nodes.indexOf(last);
    nodes.remove(at);
    nodes.addAll(at, fused);
    for (Node node : old) {
      if (!node.equals(last)) {
        nodes.remove(node);
      }
      node.out().forEach(producers::remove);
      node.in().forEach(name -> consumers.get(name).remove(node));
    }
    fused.forEach(this::index);
    return true;
  }
}
