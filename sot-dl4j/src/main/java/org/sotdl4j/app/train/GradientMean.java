package org.sotdl4j.app.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Program;

/** The mean gradients of several passes, for batches that are too large for one. */
public final class GradientMean {

  private final List<String> parameters;
  private final SequencedMap<String, INDArray> sums = new LinkedHashMap<>();
  private double lossSum;
  private int passes;

  /**
   * @param parameters the names whose gradients count
   */
  public GradientMean(List<String> parameters) {
    this.parameters = parameters;
  }

  /** Adds the gradients of a pass. */
  public void add(TrainStep.Pass pass) {
    for (String name : parameters) {
      INDArray gradient = pass.gradient(name);
      if (gradient != null) {
        sums.merge(Program.gradient(name), gradient.dup(), INDArray::addi);
      }
    }
    lossSum += pass.loss();
    passes++;
  }

  /** The sums so far under the names that a program has for gradients. */
  public SequencedMap<String, INDArray> sums() {
    return sums;
  }

  /** The passes as one; {@code last} gives what is not averaged. */
  public TrainStep.Pass mean(TrainStep.Pass last) {
    sums.values().forEach(sum -> sum.divi(passes));
    return new TrainStep.Pass(lossSum / passes, last.logits(), sums, last.batch());
  }
}
