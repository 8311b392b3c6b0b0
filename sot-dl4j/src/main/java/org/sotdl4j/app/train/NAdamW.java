package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;

/**
 * AdamW that looks ahead by Nesterov's momentum, without Dozat's schedule of it (Choi et al., "On
 * empirical comparisons of optimizers", 2019, table 1; timm's {@code nadamw}).
 */
public final class NAdamW extends AdamFamily {

  public NAdamW(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  void update(Change change, Sweep sweep) {
    Moments moments = moments(change);
    moments.add(change.gradient());
    INDArray ahead = moments.mean().dup();
    ArrayKernels.move(ahead, change.gradient(), 1 - betas.first());
    double rate = change.learningRate() / moments.meanCorrection();
    change.parameter().muli(1 - change.learningRate() * change.weightDecay());
    change.parameter().subi(ahead.muli(rate).divi(moments.root(eps)));
  }
}
