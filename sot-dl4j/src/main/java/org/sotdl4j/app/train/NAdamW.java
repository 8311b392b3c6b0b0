package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;

/**
 * AdamW that looks ahead by Nesterov's momentum, without Dozat's schedule of it (Choi et al., "On
 * empirical comparisons of optimizers", 2019, table 1; timm's {@code nadamw}).
 */
public final class NAdamW extends AdamFamily {

  public NAdamW(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    Moments moments = moments(name, parameter);
    moments.add(gradient);
    INDArray ahead = moments.mean().dup();
    ArrayKernels.move(ahead, gradient, 1 - betas.first());
    double rate = learningRate / moments.meanCorrection();
    parameter.muli(1 - learningRate * weightDecay);
    parameter.subi(ahead.muli(rate).divi(moments.root(eps)));
  }
}
