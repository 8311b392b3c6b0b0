package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Second-order pooling of two sequences [B, N, p] and [B, N, q]: {@code x^T y / N}, [B, p, q].
 * Official file: {@code sot_src/representation/covariance.py}.
 *
 * @param removeMean whether each sample's mean is subtracted first. As in the released code it is
 *     ONE number per sample, the mean over tokens and channels, not a mean per channel.
 */
public record Covariance(boolean removeMean) {

  /** The cross-covariance of two sequences of the same length. */
  public SDVariable cross(Scope scope, SDVariable x, SDVariable y) {
    long tokens = scope.shape(x)[1];
    return scope.sd().mmul(centred(x), centred(y), true, false, false).mul(1.0 / tokens);
  }

  /**
   * The covariance of a sequence with itself, scaled by 1 / p instead of 1 / N, as in the released
   * code.
   */
  public SDVariable auto(Scope scope, SDVariable x) {
    long width = scope.shape(x)[2];
    SDVariable c = centred(x);
    return scope.sd().mmul(c, c, true, false, false).mul(1.0 / width);
  }

  private SDVariable centred(SDVariable x) {
    return removeMean ? x.sub(x.mean(true, 1, 2)) : x;
  }
}
