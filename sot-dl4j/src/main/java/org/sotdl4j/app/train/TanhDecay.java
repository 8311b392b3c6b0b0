package org.sotdl4j.app.train;

/**
 * A hyperbolic tangent from {@code rate} to {@code minRate}, with restarts (Hsueh et al.,
 * "Stochastic gradient descent with hyperbolic-tangent decay", 2018).
 *
 * @param rate the highest learning rate
 * @param minRate the lowest
 * @param cycles the restarts
 */
public record TanhDecay(double rate, double minRate, Cycles cycles, WarmUp warmUp)
    implements CyclicSchedule {

  private static final double FROM = -7;
  private static final double TO = 3;

  @Override
  public double left(Cycles.Place place) {
    double progress = place.progress(1);
    double x = FROM * (1 - progress) + TO * progress;
    return 0.5 * (1 - Math.tanh(x));
  }

  /** Without a prefix the warm-up meets the curve, not the highest rate: so it is in timm. */
  @Override
  public double warm() {
    return warmUp.prefix() ? rate : decayed(warmUp.length());
  }
}
