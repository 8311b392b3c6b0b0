package org.sotdl4j.app.train;

import java.util.Comparator;
import java.util.stream.IntStream;

/** From logits to the best classes. */
public final class Ranking {

  private Ranking() {}

  /** The probabilities of logits. */
  public static double[] softmax(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double z : logits) {
      max = Math.max(max, z);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /**
   * The indices of the n largest values, the largest first; of equal ones the lower index first.
   */
  public static int[] top(double[] values, int n) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
        .limit(n)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
