package org.sotdl4j.app.train;

/**
 * Half a cosine from {@code rate} to {@code minRate}, with restarts (Loshchilov and Hutter, "SGDR",
 * 2017) and with time to the power k (Zhang and Li, "k-decay", 2020).
 *
 * @param rate the highest learning rate
 * @param minRate the lowest
 * @param cycles the restarts
 * @param kDecay k
 */
public record Cosine(double rate, double minRate, Cycles cycles, double kDecay, WarmUp warmUp)
    implements TimeSchedule {

  @Override
  public double decayed(long t) {
    Cycles.Place place = cycles.at(t);
    if (cycles.isOver(place)) {
      return minRate;
    }
    double progress = Math.pow(place.time(), kDecay) / Math.pow(place.length(), kDecay);
    return minRate
        + 0.5 * (cycles.highest(rate, place) - minRate) * (1 + Math.cos(Math.PI * progress));
  }

  @Override
  public double warm() {
    return rate;
  }

  @Override
  public long length() {
    return cycles.total() + warmUp.before();
  }
}
