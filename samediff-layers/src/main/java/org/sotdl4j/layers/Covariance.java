package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Second-order pooling of two sequences [B, N, p] and [B, N, q]: {@code x^T y / N}, [B, p, q].
 * Official file: {@code sot_src/representation/covariance.py}.
 *
 * @param centering what is subtracted first
 */
public record Covariance(Centering centering) {

  /** Which mean is subtracted before the product. */
  public enum Centering {
    /** None. */
    NONE,
    /**
     * ONE number per sample, the mean over tokens and channels: what the released SoT does with
     * sequences.
     */
    OVERALL,
    /** The mean of each channel: what the released SoT does with maps, and So-ViT always. */
    PER_CHANNEL
  }

  /** The cross-covariance of two sequences of the same length. */
  public SDVariable cross(Scope scope, SDVariable x, SDVariable y) {
    long tokens = scope.shape(x)[1];
    return scope.sd().mmul(centred(x), centred(y), true, false, false).mul(1.0 / tokens);
  }

  /**
   * The covariance of a sequence with itself, scaled by 1 / p instead of 1 / N, as in the released
   * SoT.
   */
  public SDVariable auto(Scope scope, SDVariable x) {
    long width = scope.shape(x)[2];
    SDVariable c = centred(x);
    return scope.sd().mmul(c, c, true, false, false).mul(1.0 / width);
  }

  private SDVariable centred(SDVariable x) {
    return switch (centering) {
      case NONE -> x;
      case OVERALL -> x.sub(x.mean(true, 1, 2));
      case PER_CHANNEL -> x.sub(x.mean(true, 1));
    };
  }
}
