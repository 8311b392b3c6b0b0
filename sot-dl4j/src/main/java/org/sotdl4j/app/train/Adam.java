package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Adam (Kingma and Ba, 2015), as PyTorch's: weight decay is part of the gradient, epsilon is added
 * after the bias correction.
 */
public final class Adam extends Optimizer {

  private final Betas betas;
  private final double eps;

  public Adam(Betas betas, double eps) {
    this.betas = betas;
    this.eps = eps;
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    double step = step();
    INDArray g = decayed(gradient, parameter, weightDecay);
    INDArray mean = kept("exp_avg", name, parameter);
    INDArray square = kept("exp_avg_sq", name, parameter);
    move(mean, g, 1 - betas.first());
    move(square, g.mul(g), 1 - betas.second());
    double rate = learningRate / (1 - Math.pow(betas.first(), step));
    double correction = Math.sqrt(1 - Math.pow(betas.second(), step));
    INDArray root = Transforms.sqrt(square, true).divi(correction).addi(eps);
    parameter.subi(mean.mul(rate).divi(root));
  }
}
