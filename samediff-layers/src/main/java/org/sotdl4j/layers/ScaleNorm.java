package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A factor on the whole matrix: {@code sqrt_d} (fixed) and {@code sqrt_t} (learned, state: {@code
 * factor}, a scalar) of the official code, both d^-0.5 at first.
 */
public record ScaleNorm(double factor, boolean learned) implements MatrixNorm {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return learned ? x.mul(scope.parameter("factor", Initializer.constant(factor))) : x.mul(factor);
  }
}
