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
    implements CyclicSchedule {

  @Override
  public double left(Cycles.Place place) {
    return 0.5 * (1 + Math.cos(Math.PI * place.progress(kDecay)));
  }
}
