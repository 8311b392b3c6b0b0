package org.sotdl4j.app.train;

import java.util.random.RandomGenerator;

/** Draws from the symmetric beta distribution. */
final class BetaDistribution {

  private BetaDistribution() {}

  /**
   * A number in [0, 1].
   *
   * @param alpha both shape parameters, above 0
   */
  static double draw(double alpha, RandomGenerator random) {
    double x = logGamma(alpha, random);
    double y = logGamma(alpha, random);
    // The ratio x / (x + y); logarithms, as small shapes give numbers that underflow.
    return 1 / (1 + Math.exp(y - x));
  }

  /** The logarithm of a gamma variate (Marsaglia and Tsang, 2000). */
  private static double logGamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      return logGamma(shape + 1, random) + Math.log1p(-random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log1p(-random.nextDouble()) < x * x / 2 + d * (1 - v + Math.log(v))) {
        return Math.log(d * v);
      }
    }
  }
}
