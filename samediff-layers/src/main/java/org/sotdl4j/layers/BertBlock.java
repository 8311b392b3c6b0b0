package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A post-norm transformer block of BERT: {@code norm(x + attention(x))}, then {@code norm(x +
 * mlp(x))}. [B, N, C] to the same. "BERT" (Devlin et al., 2019), after Vaswani et al., 2017.
 * Official file: Hugging Face's {@code modeling_bert.py}, {@code BertLayer}.
 *
 * <p>State: {@code attention.self.query}, {@code attention.self.key}, {@code attention.self.value},
 * {@code attention.output.dense}, {@code attention.output.LayerNorm}, {@code intermediate.dense},
 * {@code output.dense}, {@code output.LayerNorm}.
 *
 * @param dim C
 * @param heads h; divides C
 * @param hidden width inside the MLP
 * @param activation inside the MLP, {@link Gelu} in the published models
 * @param eps the layer norms' epsilon
 * @param attentionDrop dropout rate on the attention weights
 * @param drop dropout rate on both branches
 */
public record BertBlock(
    int dim,
    int heads,
    int hidden,
    Layer activation,
    double eps,
    double attentionDrop,
    double drop) {

  public BertBlock {
    MultiHeadAttention.checkHeads(dim, heads);
  }

  /**
   * Writes the block.
   *
   * @param mask [B, N], 1 for tokens and 0 for padding
   */
  public SDVariable apply(Scope scope, SDVariable x, SDVariable mask) {
    SDVariable y = scope.call("attention.self", (s, in) -> attention(s, in, mask), x);
    y = output(scope.child("attention.output"), y, dim, x);
    SDVariable inner = scope.call("intermediate.dense", new Linear(dim, hidden), y);
    inner = scope.call("intermediate.act", activation, inner);
    return output(scope.child("output"), inner, hidden, y);
  }

  private SDVariable attention(Scope scope, SDVariable x, SDVariable mask) {
    Linear linear = new Linear(dim, dim);
    SDVariable side =
        scope
            .sd()
            .concat(
                2,
                scope.call("query", linear, x),
                scope.call("key", linear, x),
                scope.call("value", linear, x));
    SDVariable[] qkv = Tokens.perHead(scope, side, 3, heads);
    double scale = Math.pow((double) dim / heads, -0.5);
    SDVariable padding = Masks.onScores(scope, mask);
    return DotProductAttention.mix(scope, qkv, scale, attentionDrop, scores -> scores.add(padding));
  }

  private SDVariable output(Scope scope, SDVariable x, int width, SDVariable residual) {
    SDVariable y = scope.call("dense", new Linear(width, dim), x);
    y = scope.call("dropout", new Dropout(drop), y);
    return scope.call("LayerNorm", new LayerNorm(dim, eps), y.add(residual));
  }
}
