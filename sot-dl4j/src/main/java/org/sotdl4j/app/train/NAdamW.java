package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * AdamW that looks ahead by Nesterov's momentum, without Dozat's schedule of it (Choi et al., "On
 * empirical comparisons of optimizers", 2019, table 1; timm's {@code nadamw}).
 */
public final class NAdamW extends Optimizer {

  private final Betas betas;
  private final double eps;

  public NAdamW(Betas betas, double eps) {
    this.betas = betas;
    this.eps = eps;
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    double step = step();
    INDArray mean = kept("exp_avg", name, parameter);
    INDArray square = kept("exp_avg_sq", name, parameter);
    parameter.muli(1 - learningRate * weightDecay);
    move(mean, gradient, 1 - betas.first());
    move(square, gradient.mul(gradient), 1 - betas.second());
    INDArray ahead = mean.dup();
    move(ahead, gradient, 1 - betas.first());
    double rate = learningRate / (1 - Math.pow(betas.first(), step));
    double correction = Math.sqrt(1 - Math.pow(betas.second(), step));
    INDArray root = Transforms.sqrt(square, true).divi(correction).addi(eps);
    parameter.subi(ahead.muli(rate).divi(root));
  }
}
