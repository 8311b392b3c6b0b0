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
    implements TimeSchedule {

  private static final double FROM = -7;
  private static final double TO = 3;

  @Override
  public double decayed(long t) {
    Cycles.Place place = cycles.at(t);
    if (cycles.isOver(place)) {
      return minRate;
    }
    double progress = place.time() / place.length();
    double x = FROM * (1 - progress) + TO * progress;
    return minRate + 0.5 * (cycles.highest(rate, place) - minRate) * (1 - Math.tanh(x));
  }

  /** Without a prefix the warm-up meets the curve, not the highest rate: so it is in timm. */
  @Override
  public double warm() {
    return warmUp.prefix() ? rate : decayed(warmUp.length());
  }

  @Override
  public long length() {
    return cycles.total() + warmUp.before();
  }
}
