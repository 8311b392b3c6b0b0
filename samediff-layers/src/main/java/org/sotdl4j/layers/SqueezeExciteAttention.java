package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Multi-head self-attention whose output goes through channel attention, [B, N, C] to [B, N, C].
 * Official file: T2T-ViT's {@code models/t2t_vit_se.py}.
 *
 * <p>State: {@code qkv}, {@code proj}, {@code se_layer}.
 *
 * @param attention without dropout on its output
 * @param drop dropout rate on the output
 */
public record SqueezeExciteAttention(MultiHeadAttention attention, double drop) implements Layer {

  private static final int REDUCTION = 16;

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = attention.apply(scope, x);
    y = scope.call("se_layer", new SqueezeExcite(attention.dim(), REDUCTION), y);
    return scope.call("proj_drop", new Dropout(drop), y);
  }
}
