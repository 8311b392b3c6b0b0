package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.AdamWKernel;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch's: epsilon is added
 * after the bias correction.
 */
public final class AdamW extends AdamFamily {

  /** The usual betas 0.9 and 0.999, epsilon 1e-8. */
  public AdamW() {
    this(Betas.ADAM, 1e-8);
  }

  public AdamW(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  void update(Change change, Sweep sweep) {
    Moments moments = moments(change);
    INDArray mean = moments.mean();
    INDArray square = moments.square();
    double rate = change.learningRate() / moments.meanCorrection();
    double shrink = 1 - change.learningRate() * change.weightDecay();
    if (ArrayKernels.suit(change.parameter(), change.gradient(), mean, square)) {
      double correction = moments.rootCorrection();
      new AdamWKernel(betas.first(), betas.second(), eps, shrink, rate, correction)
          .add(sweep, change.parameter(), change.gradient(), mean, square);
      return;
    }
    moments.add(change.gradient());
    change.parameter().muli(shrink);
    change.parameter().subi(mean.mul(rate).divi(moments.root(eps)));
  }
}
