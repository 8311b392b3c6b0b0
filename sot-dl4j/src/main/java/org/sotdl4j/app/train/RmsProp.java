package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;

/**
 * RMSprop (Hinton, 2012) with momentum, as PyTorch's: weight decay is part of the gradient, epsilon
 * is added to the root.
 */
public final class RmsProp extends Optimizer {

  /** timm's constant; PyTorch's own default is 0.99. */
  private static final double ALPHA = 0.9;

  private final double momentum;
  private final double eps;

  public RmsProp(double momentum, double eps) {
    this.momentum = momentum;
    this.eps = eps;
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    INDArray direction = decayed(gradient, parameter, weightDecay);
    INDArray square = kept("square_avg", name, parameter);
    ArrayKernels.move(square, direction.mul(direction), 1 - ALPHA);
    direction.divi(Transforms.sqrt(square, true).addi(eps));
    if (momentum != 0) {
      INDArray velocity = kept("momentum_buffer", name, parameter);
      direction = velocity.muli(momentum).addi(direction);
    }
    parameter.subi(direction.mul(learningRate));
  }
}
