package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adam (Kingma and Ba, 2015), as PyTorch's: weight decay is part of the gradient, epsilon is added
 * after the bias correction.
 */
public final class Adam extends AdamFamily {

  public Adam(Betas betas, double eps) {
    super(betas, eps);
  }

  @Override
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    Moments moments = moments(name, parameter);
    moments.add(decayed(gradient, parameter, weightDecay));
    double rate = learningRate / moments.meanCorrection();
    parameter.subi(moments.mean().mul(rate).divi(moments.root(eps)));
  }
}
