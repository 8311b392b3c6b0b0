package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A transformer block whose attention stays inside windows ("Swin Transformer", Liu et al., 2021,
 * equation 3). [B, H W, C] to the same. Official file: {@code models/swin_transformer.py}.
 *
 * <p>State: that of {@link Block} with {@link WindowAttention}; {@code attn_mask} [n, side^2,
 * side^2] where the windows are shifted.
 *
 * @param attention the attention, without dropout; its width is C
 * @param windows of the map
 * @param mlpHidden width inside the MLP
 * @param drop dropout rate after the attention and inside the MLP
 * @param dropPath the share of samples that skip a branch in training
 */
public record SwinBlock(
    MultiHeadAttention attention, Windows windows, int mlpHidden, double drop, double dropPath)
    implements Layer {

  private static final double EPS = 1e-5;

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    Layer inWindows = windows.shift() > 0 ? masked(scope) : windowAttention();
    Layer onMap =
        (s, map) -> {
          SDVariable y = inWindows.apply(s, windows.cut(s, map));
          return s.call("proj_drop", new Dropout(drop), windows.join(s, y));
        };
    Mlp mlp = new Mlp(attention.dim(), mlpHidden, drop);
    return new Block(attention.dim(), onMap, mlp, EPS, dropPath).apply(scope, x);
  }

  private Layer masked(Scope scope) {
    int tokens = windows.side() * windows.side();
    SDVariable mask =
        scope.buffer(
            "attn_mask",
            (array, random) -> array.assign(windows.mask()),
            windows.count(),
            tokens,
            tokens);
    return (s, x) -> windowAttention().masked(s, x, mask);
  }

  private WindowAttention windowAttention() {
    return new WindowAttention(attention, windows.side(), windows.side());
  }
}
