package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.AdamWKernel;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch's: epsilon is added
 * after the bias correction.
 */
public final class AdamW extends Optimizer {

  private final double beta1;
  private final double beta2;
  private final double eps;

  /** The usual betas 0.9 and 0.999, epsilon 1e-8. */
  public AdamW() {
    this(0.9, 0.999, 1e-8);
  }

  /**
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param eps added to the root of the latter
   */
  public AdamW(double beta1, double beta2, double eps) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    INDArray mean = kept("exp_avg", name, parameter);
    INDArray square = kept("exp_avg_sq", name, parameter);
    double step = step();
    double correction = Math.sqrt(1 - Math.pow(beta2, step));
    double rate = learningRate / (1 - Math.pow(beta1, step));
    double shrink = 1 - learningRate * weightDecay;
    if (AdamWKernel.suits(parameter, gradient, mean, square)) {
      new AdamWKernel(beta1, beta2, eps, shrink, rate, correction)
          .update(parameter, gradient, mean, square);
      return;
    }
    mean.muli(beta1).addi(gradient.mul(1 - beta1));
    square.muli(beta2).addi(gradient.mul(gradient).muli(1 - beta2));
    parameter.muli(shrink);
    INDArray root = Transforms.sqrt(square, true).divi(correction).addi(eps);
    parameter.subi(mean.mul(rate).divi(root));
  }
}
