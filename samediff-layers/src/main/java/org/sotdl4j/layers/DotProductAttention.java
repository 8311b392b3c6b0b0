package org.sotdl4j.layers;

import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Scaled dot-product attention (Vaswani et al., 2017, equation 1): {@code softmax(q k^T * scale)
 * v}.
 */
final class DotProductAttention {

  private DotProductAttention() {}

  /**
   * Mixes the values of all heads.
   *
   * @param qkv q, k and v, each [B, h, N, d]
   * @param scale the factor on the scores
   * @param drop dropout rate on the attention weights
   * @return [B, N, h d]
   */
  static SDVariable mix(Scope scope, SDVariable[] qkv, double scale, double drop) {
    return mix(scope, qkv, scale, drop, scores -> scores);
  }

  /**
   * The same with something done to the scores before the softmax.
   *
   * @param onScores takes the scaled scores [B, h, N, N] and returns as many
   */
  static SDVariable mix(
      Scope scope,
      SDVariable[] qkv,
      double scale,
      double drop,
      UnaryOperator<SDVariable> onScores) {
    long[] shape = scope.shape(qkv[2]);
    SDVariable scores =
        scope.sd().mmul(qkv[0], qkv[1], false, true, false).mul(scale); // [B, h, N, N]
    SDVariable weights = scope.sd().nn.softmax(onScores.apply(scores), -1);
    weights = scope.call("attn_drop", new Dropout(drop), weights);
    return scope
        .sd()
        .mmul(weights, qkv[2]) // [B, h, N, d]
        .permute(0, 2, 1, 3)
        .reshape(-1, shape[2], shape[1] * shape[3]);
  }
}
