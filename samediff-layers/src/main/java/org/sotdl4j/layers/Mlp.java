package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The feed-forward half of a transformer block: linear, GELU, linear. [B, N, C] to [B, N, C].
 *
 * <p>State: {@code fc1}, {@code fc2}.
 *
 * @param dim C
 * @param hidden width between the two
 * @param drop dropout rate after each of them
 */
public record Mlp(int dim, int hidden, double drop) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = scope.call("fc1", new Linear(dim, hidden), x);
    y = scope.call("act", new Gelu(), y);
    y = scope.call("drop1", new Dropout(drop), y);
    y = scope.call("fc2", new Linear(hidden, dim), y);
    return scope.call("drop2", new Dropout(drop), y);
  }
}
