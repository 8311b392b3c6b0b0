package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.Sweep;

/**
 * Rectified Adam (Liu et al., "On the variance of the adaptive learning rate and beyond", 2020), as
 * PyTorch's: weight decay is part of the gradient, epsilon is added before the bias correction.
 */
public final class RAdam extends AdamFamily {

  /** Below this length of the average, its variance is unknown, and the mean alone decides. */
  private static final double SHORT = 5;

  public RAdam(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  void update(Change change, Sweep sweep) {
    double step = step();
    Moments moments = moments(change);
    moments.add(decayed(change));
    INDArray direction = moments.mean().mul(change.learningRate() / moments.meanCorrection());
    double power = Math.pow(betas.second(), step);
    double longest = 2 / (1 - betas.second()) - 1;
    double length = longest - 2 * step * power / (1 - power);
    if (length > SHORT) {
      double rectification =
          Math.sqrt(
              (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
      INDArray root = Transforms.sqrt(moments.square(), true).addi(eps);
      direction.muli(rectification * moments.rootCorrection()).divi(root);
    }
    change.parameter().subi(direction);
  }
}
