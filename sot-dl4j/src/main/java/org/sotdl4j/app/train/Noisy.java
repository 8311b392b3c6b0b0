package org.sotdl4j.app.train;

import java.util.List;
import org.sotdl4j.layers.CounterRandom;

/**
 * A schedule with normal noise, in shares of the rate, cut off where it exceeds a bound. As in
 * timm, but for the generator.
 *
 * @param schedule without noise
 * @param from when the noise begins
 * @param to when it ends
 * @param bound of the noise
 * @param std standard deviation of the noise before the cut
 * @param seed of the noise
 */
public record Noisy(Schedule schedule, double from, double to, double bound, double std, long seed)
    implements Schedule {

  @Override
  public double at(long t, List<Double> scores) {
    double rate = schedule.at(t, scores);
    return from <= t && t < to ? rate + rate * noise(t) : rate;
  }

  private double noise(long t) {
    CounterRandom random = CounterRandom.of(seed, "learning rate", t);
    double noise;
    do {
      noise = std * random.nextGaussian();
    } while (Math.abs(noise) >= bound);
    return noise;
  }

  @Override
  public long length() {
    return schedule.length();
  }
}
