package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Multiplies each channel of tokens [B, N, C] by its own learned factor: a convolution of one token
 * with as many groups as channels (PyTorch's {@code Conv1d}), the "cheap operation" of T2T-ViT's
 * ghost variant.
 *
 * <p>State: {@code weight} [C, 1, 1].
 *
 * @param width C
 */
public record ChannelScale(int width) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return x.mul(scope.parameter("weight", Initializer.uniform(1), width, 1, 1).reshape(width));
  }
}
