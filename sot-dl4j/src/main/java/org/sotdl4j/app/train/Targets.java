package org.sotdl4j.app.train;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a loss compares logits with: rows [B, K] that sum to 1. */
public final class Targets {

  private Targets() {}

  /** One-hot rows; a share of each is spread over all classes. */
  public static INDArray of(int[] labels, int classes, double smoothing) {
    return Nd4j.createFromArray(rows(labels, classes, smoothing));
  }

  /**
   * The rows of pictures that are mixed with those of the batch read backwards.
   *
   * @param lambdas [B] the share of each picture that is its own
   */
  public static INDArray mixed(int[] labels, double[] lambdas, int classes, double smoothing) {
    float[][] own = rows(labels, classes, smoothing);
    float[][] mixed = new float[labels.length][classes];
    for (int i = 0; i < labels.length; i++) {
      float[] other = own[labels.length - 1 - i];
      float lambda = (float) lambdas[i];
      for (int k = 0; k < classes; k++) {
        mixed[i][k] = own[i][k] * lambda + other[k] * (1 - lambda);
      }
    }
    return Nd4j.createFromArray(mixed);
  }

  /** 1 where a target is above a bound, else 0; for binary cross entropy. */
  static INDArray above(INDArray targets, double bound) {
    return targets.gt(bound).castTo(targets.dataType());
  }

  /** One-hot rows of the most probable classes. */
  public static INDArray hard(INDArray logits) {
    return of(logits.argMax(1).toIntVector(), (int) logits.size(1), 0);
  }

  private static float[][] rows(int[] labels, int classes, double smoothing) {
    float[][] rows = new float[labels.length][classes];
    float spread = (float) (smoothing / classes);
    for (int i = 0; i < labels.length; i++) {
      Arrays.fill(rows[i], spread);
      rows[i][labels[i]] += (float) (1 - smoothing);
    }
    return rows;
  }
}
