package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A pre-norm transformer block (Dosovitskiy et al., 2021): {@code x + attn(norm1(x))}, then {@code
 * x + mlp(norm2(x))}. [B, N, C] to [B, N, C].
 *
 * <p>State: {@code norm1}, {@code attn}, {@code norm2}, {@code mlp}.
 *
 * @param dim C
 * @param attention what lets tokens see each other, [B, N, C] to the same
 * @param mlp what is done to each token, [B, N, C] to the same
 * @param eps the layer norms' epsilon
 * @param dropPath the share of samples that skip a branch in training
 */
public record Block(int dim, Layer attention, Layer mlp, double eps, double dropPath)
    implements Layer {

  /**
   * The usual block.
   *
   * @param attention the attention; its width is the block's
   * @param mlpHidden width inside the MLP
   * @param drop dropout rate inside the MLP
   */
  public Block(
      MultiHeadAttention attention, int mlpHidden, double eps, double drop, double dropPath) {
    this(attention.dim(), attention, new Mlp(attention.dim(), mlpHidden, drop), eps, dropPath);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = scope.call("norm1", new LayerNorm(dim, eps), x);
    y = scope.call("attn", attention, y);
    x = x.add(scope.call("drop_path1", new DropPath(dropPath), y));
    y = scope.call("norm2", new LayerNorm(dim, eps), x);
    y = scope.call("mlp", mlp, y);
    return x.add(scope.call("drop_path2", new DropPath(dropPath), y));
  }
}
