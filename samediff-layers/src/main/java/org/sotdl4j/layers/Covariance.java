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

  /**
   * The cross-covariance of two sequences of the same length.
   *
   * @param x [B, N, p], and which tokens of both count; N is their number
   * @param y [B, N, q]
   */
  public SDVariable cross(Scope scope, TokenSequence x, SDVariable y) {
    SDVariable product = product(scope, x, new TokenSequence(y, x.mask()));
    return x.mask()
        .map(mask -> product.div(mask.sum(true, 1).reshape(-1, 1, 1)))
        .orElseGet(() -> product.mul(1.0 / scope.shape(y)[1]));
  }

  /** The cross-covariance of two sequences whose tokens all count. */
  public SDVariable cross(Scope scope, SDVariable x, SDVariable y) {
    return cross(scope, TokenSequence.of(x), y);
  }

  /**
   * The covariance of a sequence with itself, scaled by 1 / p instead of 1 / N, as in the released
   * SoT.
   */
  public SDVariable auto(Scope scope, TokenSequence x) {
    return product(scope, x, x).mul(1.0 / scope.shape(x.tokens())[2]);
  }

  private SDVariable product(Scope scope, TokenSequence x, TokenSequence y) {
    return scope.sd().mmul(centred(scope, x), centred(scope, y), true, false, false);
  }

  private SDVariable centred(Scope scope, TokenSequence sequence) {
    SDVariable x = sequence.tokens();
    if (sequence.mask().isPresent()) {
      SDVariable mask = sequence.mask().get().reshape(-1, scope.shape(x)[1], 1);
      return counted(scope, x, mask).mul(mask);
    }
    return switch (centering) {
      case NONE -> x;
      case OVERALL -> x.sub(x.mean(true, 1, 2));
      case PER_CHANNEL -> x.sub(x.mean(true, 1));
    };
  }

  /**
   * Without the mean of the tokens that count.
   *
   * @param mask [B, N, 1]
   */
  private SDVariable counted(Scope scope, SDVariable x, SDVariable mask) {
    SDVariable real = x.mul(mask);
    SDVariable count = mask.sum(true, 1); // [B, 1, 1]
    return switch (centering) {
      case NONE -> x;
      case OVERALL -> x.sub(real.sum(true, 1, 2).div(count.mul((double) scope.shape(x)[2])));
      case PER_CHANNEL -> x.sub(real.sum(true, 1).div(count));
    };
  }
}
