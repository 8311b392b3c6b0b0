package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Multi-head self-attention with the ghost operation (Han et al., 2020), [B, N, C] to [B, N, C]:
 * only half of the channels of q, k and v come from products, the others are these scaled. Official
 * file: T2T-ViT's {@code models/t2t_vit_ghost.py}.
 *
 * <p>State: {@code q}, {@code k}, {@code v}, {@code cheap_operation_q}, {@code cheap_operation_k},
 * {@code cheap_operation_v}, {@code proj}.
 *
 * @param dim C, even
 * @param heads h; divides C
 * @param qkvBias whether q, k and v have biases
 * @param scale the factor on the scores, usually {@code (C / h)^-0.5}
 * @param attentionDrop dropout rate on the attention weights
 * @param drop dropout rate on the output
 */
public record GhostAttention(
    int dim, int heads, boolean qkvBias, double scale, double attentionDrop, double drop)
    implements Layer {

  public GhostAttention {
    if (dim % 2 != 0 || dim % heads != 0) {
      throw new IllegalArgumentException(
          "A ghost attention needs an even width that its %d heads divide, not %d"
              .formatted(heads, dim));
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    String[] names = {"q", "k", "v"};
    SDVariable[] halves = new SDVariable[2 * names.length];
    for (int i = 0; i < names.length; i++) {
      SDVariable half = scope.call(names[i], new Linear(dim, dim / 2, qkvBias), x);
      halves[2 * i] = half;
      halves[2 * i + 1] =
          scope.call("cheap_operation_" + names[i], new ChannelScale(dim / 2), half);
    }
    SDVariable[] qkv = Tokens.perHead(scope, scope.sd().concat(2, halves), 3, heads);
    SDVariable mixed = DotProductAttention.mix(scope, qkv, scale, attentionDrop);
    SDVariable y = scope.call("proj", new Linear(dim, dim), mixed);
    return scope.call("proj_drop", new Dropout(drop), y);
  }
}
