package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * {@code x + conv(x)} with a depthwise convolution, the residual depthwise convolution of STViT
 * (Huang et al., "Vision transformer with super token sampling", 2023), where it tells positions
 * apart. [B, C, H, W] to the same. Official file: {@code models/stvit.py}, {@code ResDWC}.
 *
 * <p>State: {@code conv}.
 *
 * @param channels C
 * @param kernel odd
 */
public record ResidualDepthwiseConv2d(int channels, int kernel) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return x.add(scope.call("conv", DepthwiseConv2d.same(channels, kernel), x));
  }
}
