package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The feed-forward half of a block with the ghost operation (Han et al., 2020), [B, N, C] to [B, N,
 * C]: a product gives the first third of the hidden channels, and these scaled the others. Official
 * file: T2T-ViT's {@code models/t2t_vit_ghost.py}.
 *
 * <p>State: {@code fc1} [C, C], {@code cheap_operation2}, {@code cheap_operation3}, {@code fc2}.
 *
 * @param dim C
 * @param hidden width between fc1 and fc2: 3 C
 * @param drop dropout rate before and after fc2
 */
public record GhostMlp(int dim, int hidden, double drop) implements Layer {

  public GhostMlp {
    if (hidden != 3 * dim) {
      throw new IllegalArgumentException(
          "A ghost MLP of width %d has %d hidden channels, not %d".formatted(dim, 3 * dim, hidden));
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    Gelu gelu = new Gelu();
    SDVariable first = gelu.apply(scope, scope.call("fc1", new Linear(dim, dim), x));
    SDVariable second = scope.call("cheap_operation2", new ChannelScale(dim), first);
    SDVariable third = scope.call("cheap_operation3", new ChannelScale(dim), first);
    SDVariable y = scope.sd().concat(2, first, gelu.apply(scope, second), gelu.apply(scope, third));
    y = scope.call("drop1", new Dropout(drop), y);
    y = scope.call("fc2", new Linear(hidden, dim), y);
    return scope.call("drop2", new Dropout(drop), y);
  }
}
