package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The mean of all tokens (GAP), [B, N, C] to [B, C].
 *
 * @param out C
 */
public record GlobalAveragePooling(int out) implements TokenPooling {

  @Override
  public SDVariable apply(Scope scope, TokenSequence x) {
    if (x.mask().isEmpty()) {
      return x.tokens().mean(1);
    }
    SDVariable mask = x.mask().get();
    SDVariable sum = x.tokens().mul(mask.reshape(-1, scope.shape(mask)[1], 1)).sum(1);
    return sum.div(mask.sum(true, 1));
  }
}
