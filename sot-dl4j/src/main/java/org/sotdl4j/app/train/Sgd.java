package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.SgdKernel;

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
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    INDArray velocity = momentum == 0 ? null : kept("momentum_buffer", name, parameter);
    if (ArrayKernels.suit(parameter, gradient)) { // the velocity is as the parameter
      new SgdKernel(momentum, nesterov, weightDecay, learningRate)
          .update(parameter, gradient, velocity);
      return;
    }
    INDArray direction = decayed(gradient, parameter, weightDecay);
    if (velocity != null) {
      velocity.muli(momentum).addi(direction);
      if (nesterov) {
        direction.addi(velocity.mul(momentum));
      } else {
        direction = velocity;
      }
    }
    parameter.subi(direction.mul(learningRate));
  }
}
