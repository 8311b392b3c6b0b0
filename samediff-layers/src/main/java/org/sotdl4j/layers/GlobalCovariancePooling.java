package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Global covariance pooling (GCP) with iSQRT-COV: the tokens are projected, and the upper triangle
 * of the square root of their covariance is the representation. [B, N, C] to [B, w (w + 1) / 2].
 * Official file: {@code sot_src/model/classifier.py}.
 *
 * <p>State: {@code dr} (a {@link Linear}), not below {@code representation} in a head.
 *
 * @param dim C
 * @param width w
 */
public record GlobalCovariancePooling(int dim, int width) implements TokenPooling {

  private static final VectorisedNorm NORM = VectorisedNorm.squareRoot(3);

  /** As wide as a multi-head pooling of so many values: w is the root of 2 heads headWidth^2. */
  public static GlobalCovariancePooling comparable(int dim, int heads, int headWidth) {
    return new GlobalCovariancePooling(dim, (int) Math.sqrt(2.0 * heads * headWidth * headWidth));
  }

  @Override
  public int out() {
    return NORM.out(width, width);
  }

  @Override
  public SDVariable apply(Scope scope, TokenSequence x) {
    SDVariable y = scope.call("dr", new Linear(dim, width), x.tokens());
    var covariance = new Covariance(Covariance.Centering.OVERALL);
    y =
        scope.call(
            "representation", (s, t) -> covariance.auto(s, new TokenSequence(t, x.mask())), y);
    return scope.call("normalization", NORM, y);
  }

  @Override
  public SDVariable inHead(Scope head, TokenSequence x) {
    return apply(head, x);
  }
}
