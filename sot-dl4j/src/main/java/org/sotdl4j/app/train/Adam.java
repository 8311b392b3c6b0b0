package org.sotdl4j.app.train;

import org.sotdl4j.engine.Sweep;

/**
 * Adam (Kingma and Ba, 2015), as PyTorch's: weight decay is part of the gradient, epsilon is added
 * after the bias correction.
 */
public final class Adam extends AdamFamily {

  public Adam(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  void update(Change change, Sweep sweep) {
    Moments moments = moments(change);
    moments.add(decayed(change));
    double rate = change.learningRate() / moments.meanCorrection();
    change.parameter().subi(moments.mean().mul(rate).divi(moments.root(eps)));
  }
}
