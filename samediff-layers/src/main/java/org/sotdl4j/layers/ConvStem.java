package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The stem of STViT: four 3x3 convolutions, each with GELU and then batch norm; the first and third
 * halve the size. [B, in, H, W] to [B, out, H / 4, W / 4], rounded up. Official file: {@code
 * models/stvit.py}, {@code PatchEmbed}.
 *
 * <p>State: {@code proj.0}, {@code proj.2}, {@code proj.3}, {@code proj.5}, ..., {@code proj.11}.
 *
 * @param out even
 */
public record ConvStem(int in, int out) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int half = out / 2;
    return scope.sequential(
        "proj",
        x,
        new Conv2d(in, half, 3, 2, 1, true),
        new Gelu(),
        new BatchNorm2d(half),
        new Conv2d(half, half, 3, 1, 1, true),
        new Gelu(),
        new BatchNorm2d(half),
        new Conv2d(half, out, 3, 2, 1, true),
        new Gelu(),
        new BatchNorm2d(out),
        new Conv2d(out, out, 3, 1, 1, true),
        new Gelu(),
        new BatchNorm2d(out));
  }
}
