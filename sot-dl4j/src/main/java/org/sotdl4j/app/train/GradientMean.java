package org.sotdl4j.app.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Program;

/** The mean gradients of several passes, for batches that are too large for one. */
final class GradientMean {

  private final List<String> parameters;
  private final Map<String, INDArray> sums = new HashMap<>();
  private double lossSum;
  private int passes;

  /**
   * @param parameters the names whose gradients count
   */
  GradientMean(List<String> parameters) {
    this.parameters = parameters;
  }

  void add(TrainStep.Pass pass) {
    for (String name : parameters) {
      INDArray gradient = pass.gradient(name);
      if (gradient != null) {
        sums.merge(Program.gradient(name), gradient.dup(), INDArray::addi);
      }
    }
    lossSum += pass.loss();
    passes++;
  }

  /** The passes as one; {@code last} gives what is not averaged. */
  TrainStep.Pass mean(TrainStep.Pass last) {
    sums.values().forEach(sum -> sum.divi(passes));
    return new TrainStep.Pass(lossSum / passes, last.logits(), sums, last.batch());
  }
}
