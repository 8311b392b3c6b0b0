package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Home.Use;

/**
 * Runs a graph by a {@link Plan} for each set of input shapes that comes along. Where shapes depend
 * on the inputs' values too, each run has a plan of its own.
 */
final class CompiledProgram implements Program {

  /** A training epoch sees the full batch and perhaps a smaller last one, evaluation the same. */
  private static final int PLANS = 4;

  private final Home home;
  private final Use use;
  private final Function<Map<String, INDArray>, Graph> fast;
  private final Inputs inputs;
  private final Map<Map<String, List<Long>>, Executable> plans = new HashMap<>();
  private Executable last;
  private Executable once; // for one run, because its shapes depend on the inputs' values
  private Prepared prepared; // what requireMemory(batch) has looked at

  /**
   * A graph that is ready for inputs of some shapes.
   *
   * @param known its shapes
   */
  private record Prepared(Map<String, List<Long>> shapes, Graph graph, StaticShapes known) {}

  /** Of the variables of a graph, by the names under which to return them. */
  static CompiledProgram inference(Home home, SameDiff sd, Map<String, String> outputs) {
    return forward(home, Use.INFERENCE, sd, outputs);
  }

  /** The same for parameters that do not change any more. */
  static CompiledProgram frozen(Home home, SameDiff sd, Map<String, String> outputs) {
    return forward(home, Use.FROZEN, sd, outputs);
  }

  private static CompiledProgram forward(
      Home home, Use use, SameDiff sd, Map<String, String> outputs) {
    Graph graph = Graph.of(sd, outputs);
    List<Pass> passes = home.passes(use);
    return new CompiledProgram(home, use, sd, graph, given -> Passes.apply(graph, given, passes));
  }

  /** The same with the gradients of a loss, which is among the outputs, by variables. */
  static CompiledProgram training(
      Home home, SameDiff sd, Map<String, String> outputs, String loss, Set<String> variables) {
    Graph graph = Graph.of(sd, outputs);
    List<Pass> passes = home.passes(Use.TRAINING);
    return new CompiledProgram(
        home,
        Use.TRAINING,
        sd,
        graph,
        given -> {
          requireScalar(loss, new StaticShapes(graph, given).of(loss));
          return Tape.withGradients(sd, Passes.apply(graph, given, passes), loss, variables);
        });
  }

  /**
   * The gradients of several numbers would be those of their sum.
   *
   * @param shape null where it is not known before the graph runs
   */
  private static void requireScalar(String loss, long[] shape) {
    if (shape != null && Arrays.stream(shape).anyMatch(length -> length != 1)) {
      throw new IllegalArgumentException(
          "The loss %s has the shape %s, but a loss is a single number, such as the mean of these"
              .formatted(loss, Arrays.toString(shape)));
    }
  }

  /**
   * @param home where it runs
   * @param forward the graph as it was written
   * @param fast what to run for some inputs instead
   */
  private CompiledProgram(
      Home home, Use use, SameDiff sd, Graph forward, Function<Map<String, INDArray>, Graph> fast) {
    forward.refuseControlFlow();
    this.home = home;
    this.use = use;
    this.fast = fast;
    this.inputs = new Inputs(sd, forward);
  }

  @Override
  public Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    Map<String, INDArray> needed = inputs.select(placeholders);
    Map<String, List<Long>> shapes = shapes(needed);
    last = plans.get(shapes);
    if (last != null) {
      last.run(needed);
      return last.outputs();
    }
    if (plans.size() == PLANS) {
      close();
    }
    prepare(needed);
    if (once != null) {
      once.close();
      once = null;
    }
    last = home.run(use, prepared.graph(), prepared.known(), needed);
    if (prepared.known().areComplete()) {
      plans.put(shapes, last);
      prepared = null;
    } else {
      once = last;
    }
    return last.outputs();
  }

  private static Map<String, List<Long>> shapes(Map<String, INDArray> given) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    given.forEach((name, array) -> shapes.put(name, Arrays.stream(array.shape()).boxed().toList()));
    return shapes;
  }

  /** Makes the graph for inputs of these shapes, and makes sure that there is memory for it. */
  private void prepare(Map<String, INDArray> given) {
    if (prepared == null || !prepared.shapes().equals(shapes(given))) {
      Graph graph = complete(given);
      StaticShapes known = new StaticShapes(graph, given);
      requireMemory(home.bytes(known), given);
      prepared = new Prepared(shapes(given), graph, known);
    }
  }

  /** The graph for inputs of these shapes. */
  private Graph complete(Map<String, INDArray> given) {
    return fast.apply(given).pruned();
  }

  private void requireMemory(long bytes, Map<String, INDArray> given) {
    if (bytes <= home.free()) {
      return;
    }
    close(); // there may be plans for other shapes
    if (home.has(bytes)) {
      return;
    }
    String shapes =
        given.entrySet().stream()
            .map(e -> e.getKey() + " " + Arrays.toString(e.getValue().shape()))
            .collect(Collectors.joining(", "));
    OptionalLong batch = largestBatch(given, bytes, home.free());
    throw new NotEnoughMemoryException(
        home.shortage(bytes, "A plan for " + shapes)
            + (batch.isEmpty() ? "" : "; a batch of %d fits".formatted(batch.getAsLong())));
  }

  /**
   * About the largest batch whose plan takes no more than so many bytes; empty if there is none or
   * if the inputs have no first axis in common of which the graph takes any length.
   */
  private OptionalLong largestBatch(Map<String, INDArray> given, long bytes, long free) {
    OptionalLong batch = inputs.batch(given);
    if (batch.isEmpty() || batch.getAsLong() < 2) {
      return OptionalLong.empty();
    }
    long one = bytes(given, 1);
    double each = (double) (bytes - one) / (batch.getAsLong() - 1);
    long fits = Math.clamp((long) ((free - one) / each) + 1, 0, batch.getAsLong() - 1);
    while (fits > 0 && bytes(given, fits) > free) {
      fits -= Math.ceilDiv(fits, 100);
    }
    return fits > 0 ? OptionalLong.of(fits) : OptionalLong.empty();
  }

  private long bytes(Map<String, INDArray> given, long batch) {
    Map<String, INDArray> others = inputs.withBatch(given, batch);
    return home.bytes(new StaticShapes(complete(others), others));
  }

  @Override
  public void requireMemory(long batch) {
    inputs.ofBatch(batch).ifPresent(this::prepare);
  }

  @Override
  public List<StepTime> profile() {
    return last == null ? List.of() : last.profile();
  }

  @Override
  public Optional<String> firstNotFinite() {
    return last == null ? Optional.empty() : last.firstNotFinite();
  }

  @Override
  public void close() {
    plans.values().forEach(Executable::close);
    plans.clear();
    if (once != null) {
      once.close();
    }
    once = null;
    last = null;
  }
}
