package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.AdamWKernel;
import org.sotdl4j.engine.ArrayKernels;

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
  public void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {
    Moments moments = moments(name, parameter);
    INDArray mean = moments.mean();
    INDArray square = moments.square();
    double rate = learningRate / moments.meanCorrection();
    double shrink = 1 - learningRate * weightDecay;
    if (ArrayKernels.suit(parameter, gradient, mean, square)) {
      double correction = moments.rootCorrection();
      new AdamWKernel(betas.first(), betas.second(), eps, shrink, rate, correction)
          .update(parameter, gradient, mean, square);
      return;
    }
    moments.add(gradient);
    parameter.muli(shrink);
    parameter.subi(mean.mul(rate).divi(moments.root(eps)));
  }
}
