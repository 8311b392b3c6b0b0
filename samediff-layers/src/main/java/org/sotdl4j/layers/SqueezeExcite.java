package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Channel attention (Hu et al., 2018) over tokens, [B, N, C] to the same: a small MLP makes of the
 * mean of all tokens a factor in (0, 1) for each channel. Official file: T2T-ViT's {@code
 * models/t2t_vit_se.py}.
 *
 * <p>State: {@code fc.0}, {@code fc.2}, without biases.
 *
 * @param width C
 * @param reduction how much narrower the MLP is inside
 */
public record SqueezeExcite(int width, int reduction) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int hidden = width / reduction;
    SDVariable factors =
        scope.sequential(
            "fc",
            x.mean(1), // [B, C]
            new Linear(width, hidden, false),
            new Relu(),
            new Linear(hidden, width, false),
            (s, y) -> s.sd().nn.sigmoid(y));
    return x.mul(factors.reshape(-1, 1, width));
  }
}
