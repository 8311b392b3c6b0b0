package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** The mean of each channel of a map, [B, C, H, W] to [B, C, 1, 1]. */
public record GlobalAvgPool2d() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    // In two stages: ND4J adds one float after the other, which loses digits.
    return x.mean(true, 3).mean(true, 2);
  }
}
