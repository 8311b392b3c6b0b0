package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A block of STViT: position, super token attention and feed-forward, each added to what it gets.
 * [B, C, H, W] to the same. Official file: {@code models/stvit.py}, {@code StokenAttentionLayer};
 * Huang et al., 2023.
 *
 * <p>State: {@code pos_embed}, {@code norm1} (layer norm of epsilon 1e-6), {@code attn}, {@code
 * norm2} (batch norm), {@code mlp2}, with layer scale {@code gamma_1} and {@code gamma_2} [1, C, 1,
 * 1].
 *
 * @param attention its width is the block's
 * @param mlpHidden width inside the feed-forward half
 * @param drop dropout rate inside the feed-forward half
 * @param dropPath the share of samples that skip a branch in training
 * @param layerScale where the factors on the branches begin, 0 for no such factors
 */
public record SuperTokenBlock(
    SuperTokenAttention attention, int mlpHidden, double drop, double dropPath, double layerScale)
    implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int dim = attention.dim();
    x = scope.call("pos_embed", new ResidualDepthwiseConv2d(dim, 3), x);
    SDVariable y = scope.call("norm1", new LayerNorm2d(dim, 1e-6), x);
    y = scaled(scope, "gamma_1", scope.call("attn", attention, y));
    x = x.add(scope.call("drop_path1", new DropPath(dropPath), y));
    y = scope.call("norm2", new BatchNorm2d(dim), x);
    y = scope.call("mlp2", new ConvMlp(dim, mlpHidden, dim, drop), y);
    y = scaled(scope, "gamma_2", y);
    return x.add(scope.call("drop_path2", new DropPath(dropPath), y));
  }

  private SDVariable scaled(Scope scope, String name, SDVariable y) {
    return layerScale == 0
        ? y
        : y.mul(scope.parameter(name, Initializer.constant(layerScale), 1, attention.dim(), 1, 1));
  }
}
