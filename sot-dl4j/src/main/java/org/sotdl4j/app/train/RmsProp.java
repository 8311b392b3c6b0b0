package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;

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
  void update(Change change, Sweep sweep) {
    INDArray direction = decayed(change);
    INDArray square = kept("square_avg", change);
    ArrayKernels.move(square, direction.mul(direction), 1 - ALPHA);
    direction.divi(Transforms.sqrt(square, true).addi(eps));
    if (momentum != 0) {
      INDArray velocity = kept("momentum_buffer", change);
      direction = velocity.muli(momentum).addi(direction);
    }
    change.parameter().subi(direction.mul(change.learningRate()));
  }
}
