package org.sotdl4j.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tells how long a graph's variables are needed. */
@FunctionalInterface
interface Liveness {

  /** The variables whose values nobody reads after the node of this index, returned ones aside. */
  Set<String> dying(int node);

  static Liveness of(Graph graph) {
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      for (String name : node.out()) {
        last.put(name, i); // where nobody reads it
      }
      if (!node.operation().isOfShape()) {
        for (String name : node.in()) {
          last.put(name, i);
        }
      }
    }
    graph.outputs().values().forEach(last::remove);
    Map<Integer, Set<String>> dying = new HashMap<>();
    last.forEach((name, node) -> dying.computeIfAbsent(node, n -> new HashSet<>()).add(name));
    return node -> dying.getOrDefault(node, Set.of());
  }
}
