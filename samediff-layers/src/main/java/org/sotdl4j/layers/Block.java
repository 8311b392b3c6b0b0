package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A pre-norm transformer block (Dosovitskiy et al., 2021): {@code x + attn(norm1(x))}, then {@code
 * x + mlp(norm2(x))}. [B, N, C] to [B, N, C].
 *
 * <p>State: {@code norm1}, {@code attn}, {@code norm2}, {@code mlp}.
 *
 * @param dim C
 * @param attention the attention, [B, N, C] to the same
 * @param mlpHidden width inside the MLP
 * @param eps the layer norms' epsilon
 * @param drop dropout rate inside the MLP
 * @param dropPath the share of samples that skip a branch in training
 */
public record Block(
    int dim, Layer attention, int mlpHidden, double eps, double drop, double dropPath)
    implements Layer {

  public Block(
      MultiHeadAttention attention, int mlpHidden, double eps, double drop, double dropPath) {
    this(attention.dim(), attention, mlpHidden, eps, drop, dropPath);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = scope.call("norm1", new LayerNorm(dim, eps), x);
    y = scope.call("attn", attention, y);
    x = x.add(scope.call("drop_path1", new DropPath(dropPath), y));
    y = scope.call("norm2", new LayerNorm(dim, eps), x);
    y = scope.call("mlp", new Mlp(dim, mlpHidden, drop), y);
    return x.add(scope.call("drop_path2", new DropPath(dropPath), y));
  }
}
