package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Between two dense blocks: batch norm, 1x1 convolution without bias, then 2x2 average pooling. [B,
 * in, H, W] to [B, out, H / 2, W / 2], or [B, out, H, W] without pooling. SoT's own, without an
 * activation.
 *
 * <p>State: {@code norm}, {@code conv}.
 */
public record DenseTransition(int in, int out, boolean pool) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = scope.call("norm", new BatchNorm2d(in), x);
    y = scope.call("conv", Conv2d.pointwise(in, out), y);
    return pool ? scope.call("pool", new AvgPool2d(2, 2), y) : y;
  }
}
