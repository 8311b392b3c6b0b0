package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;

/**
 * The sign of an average of gradients (Chen et al., "Symbolic discovery of optimization
 * algorithms", 2023, algorithm 2), with decoupled weight decay.
 */
public final class Lion extends Optimizer {

  private final Betas betas;

  public Lion(Betas betas) {
    this.betas = betas;
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    INDArray mean = kept("exp_avg", name, parameter);
    parameter.muli(1 - learningRate * weightDecay);
    INDArray direction = mean.dup();
    ArrayKernels.move(direction, gradient, 1 - betas.first());
    parameter.subi(Transforms.sign(direction, false).muli(learningRate));
    ArrayKernels.move(mean, gradient, 1 - betas.second());
  }
}
