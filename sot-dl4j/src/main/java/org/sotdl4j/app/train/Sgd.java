package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;

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
    INDArray direction = gradient.dup();
    if (weightDecay != 0) {
      direction.addi(parameter.mul(weightDecay));
    }
    if (momentum != 0) {
      INDArray velocity = kept("momentum_buffer", name, parameter);
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
