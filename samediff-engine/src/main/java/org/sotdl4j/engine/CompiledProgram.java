package org.sotdl4j.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** Runs a graph by a {@link Plan} for each set of input shapes that comes along. */
final class CompiledProgram implements Program {

  /** A training epoch sees the full batch and perhaps a smaller last one, evaluation the same. */
  private static final int PLANS = 4;

  private final SameDiff sd;
  private final Map<String, String> outputs;
  private final Map<Map<String, LongShapeDescriptor>, Plan> plans = new HashMap<>();

  CompiledProgram(SameDiff sd, Map<String, String> outputs) {
    this.sd = sd;
    this.outputs = outputs;
  }

  @Override
  public Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    Map<String, LongShapeDescriptor> shapes = new TreeMap<>();
    placeholders.forEach((name, array) -> shapes.put(name, array.shapeDescriptor()));
    Plan plan = plans.get(shapes);
    if (plan == null) {
      if (plans.size() == PLANS) {
        close();
      }
      plan = new Plan(sd, outputs, placeholders);
      plans.put(shapes, plan);
    } else {
      plan.run(placeholders);
    }
    return plan.outputs();
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
  }
}
