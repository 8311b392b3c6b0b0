package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** Turns a sequence of tokens [B, N, C] into one representation [B, R]. */
public sealed interface TokenPooling extends Layer
    permits MultiHeadPooling, GlobalAveragePooling, GlobalCovariancePooling, NormalizedPooling {

  /** R, the width of the representation. */
  int out();

  /** Pools as the part {@code representation} of a head. */
  default SDVariable inHead(Scope head, SDVariable x) {
    return head.call("representation", this, x);
  }
}
