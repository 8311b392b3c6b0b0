package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;

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
  void update(Change change, Sweep sweep) {
    INDArray mean = kept("exp_avg", change);
    change.parameter().muli(1 - change.learningRate() * change.weightDecay());
    INDArray direction = mean.dup();
    ArrayKernels.move(direction, change.gradient(), 1 - betas.first());
    change.parameter().subi(Transforms.sign(direction, false).muli(change.learningRate()));
    ArrayKernels.move(mean, change.gradient(), 1 - betas.second());
  }
}
