package org.sotdl4j.app.train;

/**
 * A power of the time that is left, with restarts and with time to the power k (Zhang and Li,
 * "k-decay", 2020).
 *
 * @param rate the highest learning rate
 * @param minRate the lowest
 * @param power of the time that is left
 * @param cycles the restarts
 * @param kDecay k
 */
public record Poly(
    double rate, double minRate, double power, Cycles cycles, double kDecay, WarmUp warmUp)
    implements TimeSchedule {

  @Override
  public double decayed(long t) {
    Cycles.Place place = cycles.at(t);
    if (cycles.isOver(place)) {
      return minRate;
    }
    double progress = Math.pow(place.time(), kDecay) / Math.pow(place.length(), kDecay);
    return minRate + (cycles.highest(rate, place) - minRate) * Math.pow(1 - progress, power);
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
