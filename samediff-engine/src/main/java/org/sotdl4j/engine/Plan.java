package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph as a flat list of steps for fixed input shapes, with everything prepared: a native step
 * costs microseconds beside the op itself, where SameDiff's session spends half a millisecond.
 * Reshapes are views, and what follows from the shapes alone is computed once. Arrays are reused as
 * soon as no later step reads them.
 *
 * <p>Building a plan runs it once, because some shapes are values of other ops.
 */
final class Plan implements AutoCloseable {

  /** A step, and the arrays that it knows by address, which must stay alive. */
  private record Placed(Node node, Step step, List<INDArray> in, List<INDArray> out) {

    String shapes() {
      return shapes(in) + " -> " + shapes(out);
    }

    private static String shapes(List<INDArray> arrays) {
      return String.join(", ", arrays.stream().map(a -> Arrays.toString(a.shape())).toList());
    }
  }

  private final Map<String, INDArray> inputs = new HashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private final List<Placed> steps = new ArrayList<>();
  private final Memory memory = new Memory();
  private final Graph graph;
  private final Set<String> returned;

  /** Builds the plan for the shapes of these inputs and runs it on them. */
  Plan(Graph graph, Map<String, INDArray> placeholders) {
    this.graph = graph;
    this.returned = Set.copyOf(graph.outputs().values());
    // A plan outlives the workspace in which its first run may happen.
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, Integer> lastUse = lastUse();
      placeholders.forEach((name, array) -> inputs.put(name, array.dup('c')));
      inputs.forEach(memory::own);
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        int now = i;
        Stream<String> lastRead =
            node.in().stream().filter(name -> lastUse.getOrDefault(name, -1) == now);
        Stream<String> neverRead = node.out().stream().filter(name -> !lastUse.containsKey(name));
        Set<String> dying =
            Stream.concat(lastRead, neverRead)
                .filter(name -> !inputs.containsKey(name) && graph.leaf(name) == null)
                .collect(Collectors.toSet());
        add(node, dying);
        dying.forEach(memory::release);
      }
      graph.outputs().forEach((name, variable) -> outputs.put(name, array(variable)));
    }
  }

  /** The index of the last node that reads a variable's values; one past the end for what stays. */
  private Map<String, Integer> lastUse() {
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (!node.operation().isOfShape()) {
        for (String input : node.in()) {
          lastUse.put(input, i);
        }
      }
    }
    returned.forEach(name -> lastUse.put(name, graph.nodes().size()));
    return lastUse;
  }

  /** The results of the last run, by name. */
  Map<String, INDArray> outputs() {
    return outputs;
  }

  /** Runs the steps on new inputs of the same shapes. */
  void run(Map<String, INDArray> placeholders) {
    placeholders.forEach((name, array) -> inputs.get(name).assign(array));
    for (Placed placed : steps) {
      placed.step().run();
    }
  }

  /** Runs the steps once more, and measures each. */
  List<StepTime> profile() {
    List<StepTime> timings = new ArrayList<>();
    for (Placed placed : steps) {
      long start = System.nanoTime();
      placed.step().run();
      long time = System.nanoTime() - start;
      timings.add(new StepTime(placed.node().operation().name(), placed.shapes(), time));
    }
    return timings;
  }

  /** Runs a node, and notes its step if it must run each time. */
  private void add(Node node, Set<String> dying) {
    List<INDArray> in = node.in().stream().map(this::array).toList();
    Operation.Binding binding = node.operation().bind(in);
    // The caller may change what a program returns, so that shares memory with nothing.
    boolean isReturned = node.out().stream().anyMatch(returned::contains);
    if (binding.isView() && !isReturned && memory.has(node.in().getFirst())) {
      memory.view(node.onlyOut(), node.in().getFirst(), binding.outputs().getFirst().getShape());
      binding.discard();
      return;
    }
    boolean once = node.operation().isOfShape() && !isReturned;
    List<INDArray> out = new ArrayList<>();
    for (int k = 0; k < node.out().size(); k++) {
      LongShapeDescriptor output = binding.outputs().get(k);
      String name = node.out().get(k);
      int replaced = k == 0 && !isReturned ? replaceable(node, in, binding, dying) : -1;
      // What is computed once gets memory in which no earlier step of the next run writes.
      out.add(
          once
              ? memory.reserve(name, output.dataType(), output.getShape())
              : replaced >= 0
                  ? memory.takeOver(name, node.in().get(replaced), output.getShape())
                  : memory.allocate(name, output.dataType(), output.getShape()));
    }
    Step step = binding.step(out);
    step.run();
    if (once) {
      step.close();
    } else {
      steps.add(new Placed(node, step, in, out));
    }
  }

  /** An input that the first output may overwrite, or -1. */
  private int replaceable(
      Node node, List<INDArray> in, Operation.Binding binding, Set<String> dying) {
    for (int i = 0; i < in.size(); i++) {
      String name = node.in().get(i);
      if (binding.isInPlace(i)
          && dying.contains(name)
          && memory.isOnlyName(name)
          && Collections.frequency(node.in(), name) == 1) { // a sum of many reads them in turn
        return i;
      }
    }
    return -1;
  }

  private INDArray array(String name) {
    INDArray activation = memory.get(name);
    return activation == null ? graph.leaf(name) : activation;
  }

  @Override
  public void close() {
    steps.forEach(placed -> placed.step().close());
    memory.close();
  }
}
