package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Between two stages of STViT: a 3x3 convolution that halves the size, then batch norm. [B, in, H,
 * W] to [B, out, H / 2, W / 2], rounded up. Official file: {@code models/stvit.py}, {@code
 * PatchMerging}.
 *
 * <p>State: {@code proj.0}, {@code proj.1}.
 */
public record ConvMerging(int in, int out) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope.sequential("proj", x, new Conv2d(in, out, 3, 2, 1, true), new BatchNorm2d(out));
  }
}
