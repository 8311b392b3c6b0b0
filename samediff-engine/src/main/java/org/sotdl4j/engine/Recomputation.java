package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a training step smaller: what is cheap to compute, such as a layer norm or GELU, is
 * computed again where the backward pass needs it, instead of being kept from the forward pass
 * until then.
 */
final class Recomputation {

  private final List<Node> all;
  private final Map<String, Node> cheap = new HashMap<>();
  private final Map<String, String> again = new HashMap<>();

  private Recomputation(List<Node> forward) {
    this.all = new ArrayList<>(forward);
  }

  /**
   * @param nodes of a forward pass and after it of its gradients
   * @param forward how many belong to the forward pass
   * @param returned variables that are kept anyway
   */
  static List<Node> of(List<Node> nodes, int forward, Collection<String> returned) {
    Recomputation graph = new Recomputation(nodes.subList(0, forward));
    for (Node node : nodes.subList(0, forward)) {
      if (node.operation().isCheap() && !returned.contains(node.out().getFirst())) {
        graph.cheap.put(node.out().getFirst(), node);
      }
    }
    nodes.subList(forward, nodes.size()).forEach(node -> graph.add(node, node.out()));
    return graph.all;
  }

  /** Appends a node after the cheap ones that it needs. */
  private void add(Node node, List<String> out) {
    List<String> in = new ArrayList<>();
    for (String name : node.in()) {
      Node first = cheap.remove(name);
      if (first != null) {
        List<String> repeated =
            first.out().stream().map(variable -> Node.beside(variable, "again")).toList();
        again.put(name, repeated.getFirst());
        add(first, repeated);
      }
      in.add(again.getOrDefault(name, name));
    }
    all.add(new Node(node.operation(), in, out));
  }
}
