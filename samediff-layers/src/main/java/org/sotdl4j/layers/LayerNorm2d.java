package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layer normalisation over the channels of each pixel of a map [B, C, H, W]. Official file: {@code
 * models/stvit.py} of STViT.
 *
 * <p>State: {@code norm}, a {@link LayerNorm}.
 *
 * @param channels C
 * @param eps added to the variance
 */
public record LayerNorm2d(int channels, double eps) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable channelsLast = x.permute(0, 2, 3, 1); // [B, H, W, C]
    return scope.call("norm", new LayerNorm(channels, eps), channelsLast).permute(0, 3, 1, 2);
  }
}
