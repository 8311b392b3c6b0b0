package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The transformer layer of T2T-ViT's tokens-to-token module: {@link TokenAttention}, then a
 * residual MLP, both behind layer norms. [B, N, in] to [B, N, C]. Official file: {@code
 * models/token_transformer.py}.
 *
 * <p>State: {@code norm1}, {@code attn}, {@code norm2}, {@code mlp}.
 *
 * @param attention from the width in to C
 * @param mlpHidden width inside the MLP
 */
public record TokenTransformer(TokenAttention attention, int mlpHidden) implements Layer {

  private static final double EPS = 1e-5;

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int dim = attention.dim();
    SDVariable y = scope.call("norm1", new LayerNorm(attention.in(), EPS), x);
    y = scope.call("attn", attention, y);
    SDVariable z = scope.call("norm2", new LayerNorm(dim, EPS), y);
    return y.add(scope.call("mlp", new Mlp(dim, mlpHidden, 0), z));
  }
}
