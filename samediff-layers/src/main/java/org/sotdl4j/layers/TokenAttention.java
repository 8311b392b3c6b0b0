package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * T2T-ViT's attention with one head that also changes the width: [B, N, in] to [B, N, C]. As the
 * input has another width than the output, the values v serve as the residual: {@code v +
 * proj(softmax(q k^T * scale) v)}. Official file: {@code models/token_transformer.py}.
 *
 * <p>State: {@code qkv}, {@code proj}.
 *
 * @param in width of the input
 * @param dim C
 * @param qkvBias whether the qkv product has a bias
 * @param scale the factor on the scores
 */
public record TokenAttention(int in, int dim, boolean qkvBias, double scale) implements Layer {

  /** As in all T2T-ViTs: no bias, and the scale of the input's width, in^-0.5. */
  public TokenAttention(int in, int dim) {
    this(in, dim, false, Math.pow(in, -0.5));
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long tokens = scope.shape(x)[1];
    SDVariable projected = scope.call("qkv", new Linear(in, 3 * dim, qkvBias), x);
    SDVariable[] qkv = Tokens.perHead(scope, projected, 3, 1); // 3 times [B, 1, N, C]
    SDVariable mixed = DotProductAttention.mix(scope, qkv, scale, 0);
    SDVariable y = scope.call("proj", new Linear(dim, dim), mixed);
    return qkv[2].reshape(-1, tokens, dim).add(y);
  }
}
