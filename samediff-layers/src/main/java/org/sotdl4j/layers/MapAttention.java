package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Multi-head self-attention of the pixels of a map, [B, C, H, W] to the same, with 1x1 convolutions
 * where {@link MultiHeadAttention} has linear layers. Official file: {@code models/stvit.py} of
 * STViT, {@code Attention}.
 *
 * <p>State: {@code qkv} (to 3 C channels laid out [h][q|k|v][d]) and {@code proj}.
 *
 * @param dim C
 * @param heads h; divides C
 * @param qkvBias whether the qkv convolution has a bias
 * @param scale the factor on the scores, usually {@code (C / h)^-0.5}
 * @param attentionDrop dropout rate on the attention weights
 * @param drop dropout rate on the output
 */
public record MapAttention(
    int dim, int heads, boolean qkvBias, double scale, double attentionDrop, double drop)
    implements SuperTokenRefinement {

  public MapAttention {
    MultiHeadAttention.checkHeads(dim, heads);
  }

  /** With the usual scale, (C / h)^-0.5. */
  public MapAttention(int dim, int heads, boolean qkvBias, double attentionDrop, double drop) {
    this(dim, heads, qkvBias, Math.pow((double) dim / heads, -0.5), attentionDrop, drop);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    SDVariable projected = scope.call("qkv", new Conv2d(dim, 3 * dim, 1, 1, 0, qkvBias), x);
    SDVariable split = projected.reshape(-1, heads, 3, dim / heads, shape[2] * shape[3]);
    SDVariable[] qkv = scope.sd().unstack(split, 2, 3); // 3 times [B, h, d, N]
    SDVariable scores =
        scope.sd().mmul(qkv[0], qkv[1], true, false, false).mul(scale); // [B, h, N, N]
    SDVariable weights = scope.sd().nn.softmax(scores, -1);
    weights = scope.call("attn_drop", new Dropout(attentionDrop), weights);
    SDVariable mixed =
        scope
            .sd()
            .mmul(qkv[2], weights, false, true, false) // [B, h, d, N]
            .reshape(-1, dim, shape[2], shape[3]);
    SDVariable y = scope.call("proj", new Conv2d(dim, dim, 1, 1, 0, true), mixed);
    return scope.call("proj_drop", new Dropout(drop), y);
  }
}
