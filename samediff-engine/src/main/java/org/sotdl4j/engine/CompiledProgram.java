package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a graph by a {@link Plan} for each set of input shapes that comes along. */
final class CompiledProgram implements Program {

  /** A training epoch sees the full batch and perhaps a smaller last one, evaluation the same. */
  private static final int PLANS = 4;

  private final SameDiff sd;
  private final Map<String, String> outputs;
  private final List<DifferentialFunction> order;
  private final Inputs inputs;
  private final Map<Map<String, List<Long>>, Plan> plans = new HashMap<>();

  CompiledProgram(SameDiff sd, Map<String, String> outputs) {
    this.sd = sd;
    this.outputs = outputs;
    this.order = Order.of(sd, outputs.values());
    this.inputs = new Inputs(sd, order, outputs.values());
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
      plan = new Plan(sd, order, outputs, needed);
      plans.put(shapes, plan);
    } else {
      plan.run(needed);
    }
    return plan.outputs();
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
  }
}
