package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The mean of all tokens (GAP), [B, N, C] to [B, C].
 *
 * @param out C
 */
public record GlobalAveragePooling(int out) implements TokenPooling {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return x.mean(1);
  }
}
