package org.sotdl4j.app.train;

import java.util.OptionalDouble;

/**
 * Which optimizer, and its constants. What is null is the optimizer's own default, as in timm.
 *
 * @param kind which
 * @param eps added to denominators
 * @param betas of the optimizers of Adam's family, of Lion and, the first only, of Adafactor
 * @param momentum of gradient descent and RMSprop
 * @param weightDecay of matrices and kernels
 * @param clipGradient bound of the gradients' common norm, 0 for none
 * @param layerDecay factor from a layer group's learning rate to that of the group before it, 1 for
 *     the same in all
 * @param transferRatio the learning rate of all but the last group, the classifier, as a part of
 *     the classifier's
 */
public record OptimizerConfig(
    Kind kind,
    Double eps,
    Betas betas,
    double momentum,
    double weightDecay,
    double clipGradient,
    double layerDecay,
    double transferRatio) {

  /** The optimizers by timm's names. */
  public enum Kind {
    SGD,
    MOMENTUM,
    NESTEROV,
    ADAM,
    ADAMW,
    NADAMW,
    LAMB,
    RMSPROP,
    RADAM,
    LION,
    ADAFACTOR
  }

  /**
   * The learning rate of a layer group as a part of the classifier's.
   *
   * @param group from 0 at the input
   * @param groups how many there are; the last is the classifier
   */
  double rateScale(int group, int groups) {
    int above = groups - 1 - group;
    return Math.pow(layerDecay, above) * (above == 0 ? 1 : transferRatio);
  }

  /** A new optimizer. */
  public Optimizer newOptimizer() {
    return switch (kind) {
      case SGD, NESTEROV -> new Sgd(momentum, true);
      case MOMENTUM -> new Sgd(momentum, false);
      case ADAM -> new Adam(betasOr(Betas.ADAM), epsOr(1e-8));
      case ADAMW -> new AdamW(betasOr(Betas.ADAM), epsOr(1e-8));
      case NADAMW -> new NAdamW(betasOr(Betas.ADAM), epsOr(1e-8));
      case LAMB -> new Lamb(betasOr(Betas.ADAM), epsOr(1e-6));
      case RMSPROP -> new RmsProp(momentum, epsOr(1e-8));
      case RADAM -> new RAdam(betasOr(Betas.ADAM), epsOr(1e-8));
      case LION -> new Lion(betasOr(Betas.LION));
      case ADAFACTOR ->
          new Adafactor(
              betas == null ? OptionalDouble.empty() : OptionalDouble.of(betas.first()),
              epsOr(1e-30));
    };
  }

  private Betas betasOr(Betas usual) {
    return betas == null ? usual : betas;
  }

  private double epsOr(double usual) {
    return eps == null ? usual : eps;
  }
}
