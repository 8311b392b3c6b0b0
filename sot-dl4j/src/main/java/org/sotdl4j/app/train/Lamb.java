package org.sotdl4j.app.train;

import java.util.Collection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * LAMB (You et al., "Large batch optimization for deep learning", 2020), as timm's: all gradients
 * are first scaled to a common norm of 1 at most; a parameter without weight decay takes Adam's
 * step.
 */
public final class Lamb extends Optimizer {

  private static final double MAX_NORM = 1;

  private final Betas betas;
  private final double eps;
  private double scale = 1;

  public Lamb(Betas betas, double eps) {
    this.betas = betas;
    this.eps = eps;
  }

  @Override
  void begin(Collection<INDArray> gradients) {
    scale = 1 / Math.max(1, Gradients.norm(gradients) / MAX_NORM);
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    double step = step();
    INDArray g = gradient.mul(scale);
    INDArray mean = kept("exp_avg", name, parameter);
    INDArray square = kept("exp_avg_sq", name, parameter);
    move(mean, g, 1 - betas.first());
    move(square, g.mul(g), 1 - betas.second());
    double correction = Math.sqrt(1 - Math.pow(betas.second(), step));
    INDArray root = Transforms.sqrt(square, true).divi(correction).addi(eps);
    INDArray direction = mean.mul(1 / (1 - Math.pow(betas.first(), step))).divi(root);
    double trust = 1;
    if (weightDecay != 0) {
      direction.addi(parameter.mul(weightDecay));
      trust = trust(parameter, direction);
    }
    parameter.subi(direction.muli(learningRate * trust));
  }

  private static double trust(INDArray parameter, INDArray direction) {
    double weights = parameter.norm2Number().doubleValue();
    double change = direction.norm2Number().doubleValue();
    return weights > 0 && change > 0 ? weights / change : 1;
  }
}
