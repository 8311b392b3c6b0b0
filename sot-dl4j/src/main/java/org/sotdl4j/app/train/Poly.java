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
    implements CyclicSchedule {

  @Override
  public double left(Cycles.Place place) {
    return Math.pow(1 - place.progress(kDecay), power);
  }
}
