package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.SgdKernel;
import org.sotdl4j.engine.Sweep;

/**
 * Gradient descent with momentum, plain or Nesterov's, as PyTorch's: weight decay is part of the
 * gradient.
 */
public final class Sgd extends Optimizer {

  private final double momentum;
  private final boolean nesterov;

  public Sgd(double momentum, boolean nesterov) {
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  void update(Change change, Sweep sweep) {
    INDArray velocity = momentum == 0 ? null : kept("momentum_buffer", change);
    if (ArrayKernels.suit(
        change.parameter(), change.gradient())) { // the velocity is as the parameter
      new SgdKernel(momentum, nesterov, change.weightDecay(), change.learningRate())
          .add(sweep, change.parameter(), change.gradient(), velocity);
      return;
    }
    INDArray direction = decayed(change);
    if (velocity != null) {
      velocity.muli(momentum).addi(direction);
      if (nesterov) {
        direction.addi(velocity.mul(momentum));
      } else {
        direction = velocity;
      }
    }
    change.parameter().subi(direction.mul(change.learningRate()));
  }
}
