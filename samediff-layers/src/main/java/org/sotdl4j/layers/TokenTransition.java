package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Changes the width of tokens between two stages: linear, then GELU. [B, N, in] to [B, N, out].
 * Official file: T2T-ViT's {@code models/t2t_vit_dense.py}.
 *
 * <p>State: {@code linear}.
 */
public record TokenTransition(int in, int out) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope.call("act", new Gelu(), scope.call("linear", new Linear(in, out), x));
  }
}
