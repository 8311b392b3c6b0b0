package org.sotdl4j.app.train;

import java.util.List;

/**
 * A factor where validation stops to improve; counted in epochs. It looks at all epochs so far, so
 * it keeps no state.
 *
 * @param rate the highest learning rate
 * @param minRate the lowest
 * @param factor the factor
 * @param patience epochs without improvement that are let pass
 * @param length of the training
 */
public record Plateau(
    double rate, double minRate, double factor, int patience, long length, WarmUp warmUp)
    implements Schedule {

  /** A score must be better by this share. */
  private static final double THRESHOLD = 1e-4;

  /** A change of the rate that is smaller is left out. */
  private static final double NEGLIGIBLE = 1e-8;

  @Override
  public double at(long t, List<Double> scores) {
    if (t < warmUp.length()) {
      return warmUp.at(t, rate);
    }
    double current = rate;
    double best = Double.NEGATIVE_INFINITY;
    int bad = 0;
    // The scores of the warm-up do not count.
    for (double score :
        scores.subList((int) Math.min(warmUp.length(), scores.size()), scores.size())) {
      if (score > best * (1 + THRESHOLD)) {
        best = score;
        bad = 0;
      } else {
        bad++;
      }
      if (bad > patience) {
        double lower = Math.max(current * factor, minRate);
        current = current - lower > NEGLIGIBLE ? lower : current;
        bad = 0;
      }
    }
    return current;
  }
}
