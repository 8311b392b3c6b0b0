package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layer norm of each row of each matrix, as the official {@code LN} option. State: {@code weight},
 * {@code bias} [d].
 */
public record RowNorm(int width) implements MatrixNorm {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return new LayerNorm(width, 1e-5).apply(scope, x);
  }
}
