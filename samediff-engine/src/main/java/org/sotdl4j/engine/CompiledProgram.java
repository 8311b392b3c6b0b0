package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a graph by a {@link Plan} for each set of input shapes that comes along. */
final class CompiledProgram implements Program {

  /** A training epoch sees the full batch and perhaps a smaller last one, evaluation the same. */
  private static final int PLANS = 4;

  private final Graph forward;
  private final List<Pass> further;
  private final Function<Graph, Graph> completion;
  private final Inputs inputs;
  private final Map<Map<String, List<Long>>, Plan> plans = new HashMap<>();
  private Plan last;

  /** Of the variables of a graph, by the names under which to return them. */
  static CompiledProgram inference(SameDiff sd, Map<String, String> outputs) {
    Graph graph = Graph.of(sd, outputs);
    return new CompiledProgram(sd, graph, List.of(), fused -> fused);
  }

  /** The same for parameters that do not change any more. */
  static CompiledProgram frozen(SameDiff sd, Map<String, String> outputs) {
    Graph graph = Graph.of(sd, outputs);
    return new CompiledProgram(sd, graph, Passes.frozen(), fused -> fused);
  }

  /** The same with the gradients of a loss, which is among the outputs, by variables. */
  static CompiledProgram training(
      SameDiff sd, Map<String, String> outputs, String loss, Set<String> variables) {
    Graph graph = Graph.of(sd, outputs);
    return new CompiledProgram(
        sd, graph, List.of(), fused -> Tape.withGradients(sd, fused, loss, variables));
  }

  /**
   * @param further passes after those of all programs
   * @param completion what is added to the graph after it was made faster
   */
  private CompiledProgram(
      SameDiff sd, Graph forward, List<Pass> further, Function<Graph, Graph> completion) {
    this.forward = forward;
    this.further = further;
    this.completion = completion;
    this.inputs = new Inputs(sd, forward);
  }

  @Override
  public Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    Map<String, INDArray> needed = inputs.select(placeholders);
    Map<String, List<Long>> shapes = new TreeMap<>();
    needed.forEach(
        (name, array) -> shapes.put(name, Arrays.stream(array.shape()).boxed().toList()));
    Plan plan = plans.get(shapes);
    if (plan == null) {
      if (plans.size() == PLANS) {
        close();
      }
      Graph fast = Passes.apply(forward, needed, further);
      plan = new Plan(completion.apply(fast).pruned(), needed);
      plans.put(shapes, plan);
    } else {
      plan.run(needed);
    }
    last = plan;
    return plan.outputs();
  }

  @Override
  public List<StepTime> profile() {
    return last.profile();
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
  }
}
