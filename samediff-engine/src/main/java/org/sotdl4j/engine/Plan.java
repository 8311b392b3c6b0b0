package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
final class Plan implements Executable {

  /** A step, and the arrays that it knows by address, which must stay alive. */
  private record Placed(Node node, Step step, List<INDArray> in, List<INDArray> out) {

    void run() {
      try {
        step.run();
      } catch (RuntimeException e) {
        throw new OperationException(node, in, e);
      }
    }

    String shapes() {
      return shapes(in) + " -> " + shapes(out);
    }

    StepTime time(long nanoseconds) {
      Operation operation = node.operation();
      long bytes =
          Stream.concat(in.stream(), out.stream())
              .mapToLong(array -> array.length() * array.dataType().width())
              .sum();
      return new StepTime(operation.name(), shapes(), nanoseconds, operation.work(in, out), bytes);
    }

    private static String shapes(List<INDArray> arrays) {
      return String.join(", ", arrays.stream().map(a -> Arrays.toString(a.shape())).toList());
    }
  }

  private final Map<String, INDArray> inputs = new HashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private final List<Placed> steps = new ArrayList<>();
  private final List<Node> unrun = new ArrayList<>(); // in imagined memory, instead of steps
  private final Memory memory;
  private final Graph graph;
  private final Set<String> returned;

  /**
   * Builds the plan for the shapes of these inputs and runs it on them.
   *
   * @throws OperationException if an op does not take its arguments
   */
  Plan(Graph graph, Map<String, INDArray> placeholders) {
    this(graph, placeholders, Liveness.of(graph), Memory.real());
  }

  /** The same; in imagined memory nothing runs but what computes shapes. */
  Plan(Graph graph, Map<String, INDArray> placeholders, Liveness liveness, Memory memory) {
    this.graph = graph;
    this.memory = memory;
    this.returned = Set.copyOf(graph.outputs().values());
    // A plan outlives the workspace in which its first run may happen.
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      placeholders.forEach((name, array) -> inputs.put(name, memory.input(name, array)));
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        Set<String> dying =
            liveness.dying(i).stream()
                .filter(name -> !inputs.containsKey(name) && graph.leaf(name) == null)
                .collect(Collectors.toSet());
        add(node, dying);
        dying.stream().filter(memory::has).forEach(name -> release(node, name));
      }
      graph.outputs().forEach((name, variable) -> outputs.put(name, array(variable)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Whether imagined memory has an array for each variable: no shape depends on values. */
  boolean isComplete() {
    return graph.nodes().stream().flatMap(node -> node.out().stream()).allMatch(memory::has);
  }

  /** The results of the last run, by name. */
  @Override
  public Map<String, INDArray> outputs() {
    return outputs;
  }

  /** Runs the steps on new inputs of the same shapes. */
  @Override
  public void run(Map<String, INDArray> placeholders) {
    placeholders.forEach((name, array) -> inputs.get(name).assign(array));
    steps.forEach(Placed::run);
  }

  /** Runs the steps once more, and measures each. */
  @Override
  public List<StepTime> profile() {
    List<StepTime> timings = new ArrayList<>();
    for (Placed placed : steps) {
      long start = System.nanoTime();
      placed.run();
      long time = System.nanoTime() - start;
      timings.add(placed.time(time));
    }
    return timings;
  }

  /** Runs the steps once more, until one makes NaN or infinity of numbers; says which. */
  @Override
  public Optional<String> firstNotFinite() {
    for (Placed placed : steps) {
      for (int i = 0; i < placed.in().size(); i++) {
        String name = placed.node().in().get(i);
        if (graph.leaf(name) != null && NaN.find(placed.in().get(i)).isPresent()) {
          return Optional.of("the parameter %s has a NaN".formatted(name));
        }
      }
      boolean finite = placed.in().stream().allMatch(NaN::isFinite);
      placed.run();
      if (finite && !placed.out().stream().allMatch(NaN::isFinite)) {
        return Optional.of(
            "the op %s makes NaN or infinity of numbers: %s"
                .formatted(placed.node().operation().name(), placed.node().onlyOut()));
      }
    }
    return Optional.empty();
  }

  /** Runs a node, and notes its step if it must run each time. */
  private void add(Node node, Set<String> dying) {
    List<INDArray> in = new ArrayList<>();
    for (String name : node.in()) {
      INDArray array = array(name);
      if (array == null) {
        return; // in imagined memory only
      }
      in.add(array);
    }
    Operation.Binding binding;
    try {
      binding = node.operation().bind(in);
    } catch (RuntimeException e) {
      if (memory.isImagined()) {
        return; // perhaps for want of values
      }
      throw new OperationException(node, in, e);
    }
    if (memory.isImagined() && dependsOnValues(node, in, binding)) {
      binding.discard();
      return;
    }
    // The caller may change what a program returns, so that shares memory with nothing.
    boolean isReturned = node.out().stream().anyMatch(returned::contains);
    if (binding.isView() && !isReturned && memory.has(node.in().getFirst())) {
      memory.view(node.onlyOut(), node.in().getFirst(), binding.outputs().getFirst().getShape());
      binding.discard();
      return;
    }
    boolean once = node.operation().isOfShape() && !isReturned;
    // The integers that graphs compute shapes with are small, so those are computed.
    boolean runs =
        !memory.isImagined()
            || node.operation().isOfShape()
            || (in.stream().noneMatch(a -> a.dataType().isFPType())
                && node.in().stream().allMatch(memory::hasValues));
    List<INDArray> out = new ArrayList<>();
    for (int k = 0; k < node.out().size(); k++) {
      LongShapeDescriptor output = binding.outputs().get(k);
      String name = node.out().get(k);
      int replaced = k == 0 && !isReturned ? replaceable(node, in, binding, dying) : -1;
      // What is computed once gets memory in which no earlier step of the next run writes.
      out.add(
          once
              ? memory.reserve(name, output)
              : replaced >= 0
                  ? memory.takeOver(name, node.in().get(replaced), output.getShape())
                  : memory.allocate(name, output, runs));
    }
    if (!runs) {
      binding.discard();
      unrun.add(node);
      return;
    }
    Placed placed = new Placed(node, binding.step(out), in, out);
    placed.run();
    if (once) {
      placed.step().close();
    } else {
      steps.add(placed);
    }
  }

  /**
   * Whether the shapes of an op's outputs follow from whole numbers that imagined memory does not
   * have: then they are others for ones than for zeros, which stand for them.
   */
  private boolean dependsOnValues(Node node, List<INDArray> in, Operation.Binding forZeros) {
    List<INDArray> ones = new ArrayList<>(in);
    boolean isOpen = false;
    for (int i = 0; i < in.size(); i++) {
      INDArray zeros = in.get(i);
      if (zeros.dataType().isIntType() && !memory.hasValues(node.in().get(i))) {
        INDArray one = Memory.standIn(zeros.dataType(), zeros.shape());
        one.data().put(0, 1);
        ones.set(i, one);
        isOpen = true;
      }
    }
    if (!isOpen || node.operation().isOfShape()) {
      return false;
    }
    try {
      Operation.Binding forOnes = node.operation().bind(ones);
      forOnes.discard();
      return !forOnes.outputs().equals(forZeros.outputs());
    } catch (RuntimeException e) {
      return true; // takes none of these values
    }
  }

  private void release(Node node, String variable) {
    Step step = memory.release(variable);
    if (step != null) {
      step.run();
      steps.add(new Placed(node, step, List.of(), List.of()));
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

  /** In imagined memory, what a real plan would do; for a graph whose shapes are all known. */
  Schedule schedule(boolean changing) {
    Map<String, Place.Block> given = new LinkedHashMap<>();
    inputs.keySet().forEach(name -> given.put(name, (Place.Block) memory.place(name)));
    Map<String, Place> results = new LinkedHashMap<>();
    graph.outputs().forEach((name, variable) -> results.put(name, place(variable, changing)));
    List<Task> tasks = new ArrayList<>();
    for (Node node : unrun) {
      tasks.add(
          new Task(
              node.operation(),
              node.in().stream().map(name -> place(name, changing)).toList(),
              node.out().stream().map(name -> place(name, changing)).toList(),
              node.onlyOut()));
    }
    return new Schedule(memory.blocks(), tasks, given, results);
  }

  private Place place(String name, boolean changing) {
    return memory.has(name) ? memory.place(name) : new Place.Value(graph.leaf(name), changing);
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
