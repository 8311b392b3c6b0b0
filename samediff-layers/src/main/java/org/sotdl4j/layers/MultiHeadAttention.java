package org.sotdl4j.layers;

import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Multi-head self-attention (Vaswani et al., 2017), [B, N, C] to [B, N, C]: {@code softmax(q k^T *
 * scale) v} per head.
 *
 * <p>State: {@code qkv} (a {@link Linear} to 3 C laid out [q|k|v][h][d]) and {@code proj}, as timm.
 *
 * @param dim C
 * @param heads h; divides C
 * @param qkvBias whether the qkv product has a bias
 * @param scale the factor on the scores, usually {@code (C / h)^-0.5}
 * @param attentionDrop dropout rate on the attention weights
 * @param drop dropout rate on the output
 */
public record MultiHeadAttention(
    int dim, int heads, boolean qkvBias, double scale, double attentionDrop, double drop)
    implements Layer {

  public MultiHeadAttention {
    checkHeads(dim, heads);
  }

  public MultiHeadAttention(int dim, int heads, boolean qkvBias) {
    this(dim, heads, qkvBias, 0, 0);
  }

  /** With the usual scale, (C / h)^-0.5. */
  public MultiHeadAttention(
      int dim, int heads, boolean qkvBias, double attentionDrop, double drop) {
    this(dim, heads, qkvBias, Math.pow((double) dim / heads, -0.5), attentionDrop, drop);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return apply(scope, x, scores -> scores);
  }

  /**
   * The same with something done to the scores before the softmax.
   *
   * @param onScores takes the scores [B, h, N, N] and returns as many
   */
  SDVariable apply(Scope scope, SDVariable x, UnaryOperator<SDVariable> onScores) {
    SDVariable projected = scope.call("qkv", new Linear(dim, 3 * dim, qkvBias), x); // [B, N, 3C]
    SDVariable[] qkv = Tokens.perHead(scope, projected, 3, heads); // 3 times [B, h, N, d]
    SDVariable mixed = DotProductAttention.mix(scope, qkv, scale, attentionDrop, onScores);
    SDVariable y = scope.call("proj", new Linear(dim, dim), mixed);
    return scope.call("proj_drop", new Dropout(drop), y);
  }

  static void checkHeads(int dim, int heads) {
    if (dim % heads != 0) {
      throw new IllegalArgumentException(
          "%d heads do not divide the width %d".formatted(heads, dim));
    }
  }
}
