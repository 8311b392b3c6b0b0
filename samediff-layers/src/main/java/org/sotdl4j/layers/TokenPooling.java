package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** Turns a sequence of tokens [B, N, C] into one representation [B, R]. */
public sealed interface TokenPooling extends Layer
    permits MultiHeadPooling, GlobalAveragePooling, GlobalCovariancePooling, NormalizedPooling {

  /** R, the width of the representation. */
  int out();

  /** Pools the tokens that count. */
  SDVariable apply(Scope scope, TokenSequence x);

  /** Pools all tokens. */
  @Override
  default SDVariable apply(Scope scope, SDVariable x) {
    return apply(scope, TokenSequence.of(x));
  }

  /** Pools as the part {@code representation} of a head. */
  default SDVariable inHead(Scope head, TokenSequence x) {
    return head.call("representation", (scope, _) -> apply(scope, x), x.tokens());
  }
}
