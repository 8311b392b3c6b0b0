package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A transformer block that adds channels to its input instead of changing it, [B, N, C] to [B, N, C
 * + growth], as the layers of a DenseNet (Huang et al., 2017) do. Official file: T2T-ViT's {@code
 * models/t2t_vit_dense.py}.
 *
 * <p>State: the block's, {@code dense_linear}.
 *
 * @param block its width is C
 * @param growth channels that it adds
 */
public record DenselyConnectedBlock(Block block, int growth) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = block.apply(scope, x);
    y = scope.call("dense_linear", new Linear(block.dim(), growth), y);
    return scope.sd().concat(2, x, y);
  }
}
