package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The feed-forward half of an STViT block: 1x1 convolution, GELU, residual 3x3 depthwise
 * convolution, 1x1 convolution. [B, in, H, W] to [B, out, H, W]. Official file: {@code
 * models/stvit.py}, {@code Mlp}; Huang et al., 2023 ("ConvFFN").
 *
 * <p>State: {@code fc1}, {@code conv}, {@code fc2}.
 *
 * @param hidden width between the two
 * @param drop dropout rate after GELU and at the end
 */
public record ConvMlp(int in, int hidden, int out, double drop) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = scope.call("fc1", new Conv2d(in, hidden, 1, 1, 0, true), x);
    y = scope.call("act1", new Gelu(), y);
    y = scope.call("drop1", new Dropout(drop), y);
    y = scope.call("conv", new ResidualDepthwiseConv2d(hidden, 3), y);
    y = scope.call("fc2", new Conv2d(hidden, out, 1, 1, 0, true), y);
    return scope.call("drop2", new Dropout(drop), y);
  }
}
