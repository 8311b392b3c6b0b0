package org.sotdl4j.app.train;

import java.util.Collection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Sweep;

/**
 * LAMB (You et al., "Large batch optimization for deep learning", 2020), as timm's: all gradients
 * are first scaled to a common norm of 1 at most; a parameter without weight decay takes Adam's
 * step.
 */
public final class Lamb extends AdamFamily {

  private static final double MAX_NORM = 1;

  private double scale = 1;

  public Lamb(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  void begin(Collection<INDArray> gradients) {
    scale = 1 / Math.max(1, Gradients.norm(gradients) / MAX_NORM);
  }

  @Override
  void update(Change change, Sweep sweep) {
    Moments moments = moments(change);
    moments.add(change.gradient().mul(scale));
    INDArray direction = moments.mean().mul(1 / moments.meanCorrection()).divi(moments.root(eps));
    double trust = 1;
    if (change.weightDecay() != 0) {
      direction.addi(change.parameter().mul(change.weightDecay()));
      trust = trust(change.parameter(), direction);
    }
    change.parameter().subi(direction.muli(change.learningRate() * trust));
  }

  private static double trust(INDArray parameter, INDArray direction) {
    double weights = parameter.norm2Number().doubleValue();
    double change = direction.norm2Number().doubleValue();
    return weights > 0 && change > 0 ? weights / change : 1;
  }
}
