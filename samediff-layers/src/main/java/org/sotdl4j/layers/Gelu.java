package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The exact GELU, {@code x/2 (1 + erf(x / sqrt 2))} (Hendrycks and Gimpel, 2016). ND4J's {@code
 * gelu} is the sigmoid approximation, which differs by up to 0.02.
 */
public record Gelu() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable cdf = scope.sd().math.erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5);
    return x.mul(cdf);
  }
}
