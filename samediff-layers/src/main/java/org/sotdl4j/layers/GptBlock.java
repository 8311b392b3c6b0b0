package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A post-norm transformer block of GPT, where no token sees those after it: {@code ln_1(x +
 * attn(x))}, then {@code ln_2(x + mlp(x))}. [B, N, C] to the same. "Improving language
 * understanding by generative pre-training" (Radford et al., 2018), section 3.1. Official file:
 * Hugging Face's {@code modeling_openai.py}, {@code Block}.
 *
 * <p>State: {@code attn.c_attn} [C, 3 C], {@code attn.c_proj}, {@code ln_1}, {@code mlp.c_fc} [C, 4
 * C], {@code mlp.c_proj}, {@code ln_2}.
 *
 * @param dim C
 * @param heads h; divides C
 * @param activation inside the MLP, {@link TanhGelu} in the published model
 * @param eps the layer norms' epsilon
 * @param attentionDrop dropout rate on the attention weights
 * @param drop dropout rate on both branches
 */
public record GptBlock(
    int dim, int heads, Layer activation, double eps, double attentionDrop, double drop) {

  /** What takes the place of the scores of later tokens. */
  private static final double LATER = -1e4;

  public GptBlock {
    MultiHeadAttention.checkHeads(dim, heads);
  }

  /**
   * Writes the block.
   *
   * @param mask [B, N], 1 for tokens and 0 for padding
   */
  public SDVariable apply(Scope scope, SDVariable x, SDVariable mask) {
    SDVariable y = scope.call("attn", (s, in) -> attention(s, in, mask), x);
    x = scope.call("ln_1", new LayerNorm(dim, eps), x.add(y));
    y = scope.call("mlp", this::mlp, x);
    return scope.call("ln_2", new LayerNorm(dim, eps), x.add(y));
  }

  private SDVariable attention(Scope scope, SDVariable x, SDVariable mask) {
    long tokens = scope.shape(x)[1];
    SDVariable projected = scope.call("c_attn", new Conv1d(dim, 3 * dim), x);
    SDVariable[] qkv = Tokens.perHead(scope, projected, 3, heads);
    SDVariable past =
        scope.constant(Nd4j.tri((int) tokens, (int) tokens, 0).reshape(1, 1, tokens, tokens));
    SDVariable later = past.rsub(1).mul(LATER);
    SDVariable padding = Masks.onScores(scope, mask);
    SDVariable mixed =
        DotProductAttention.mix(
            scope,
            qkv,
            Math.pow((double) dim / heads, -0.5),
            attentionDrop,
            scores -> scores.mul(past).add(later).add(padding));
    SDVariable y = scope.call("c_proj", new Conv1d(dim, dim), mixed);
    return scope.call("resid_dropout", new Dropout(drop), y);
  }

  private SDVariable mlp(Scope scope, SDVariable x) {
    SDVariable y = scope.call("c_fc", new Conv1d(dim, 4 * dim), x);
    y = scope.call("act", activation, y);
    y = scope.call("c_proj", new Conv1d(4 * dim, dim), y);
    return scope.call("dropout", new Dropout(drop), y);
  }
}
