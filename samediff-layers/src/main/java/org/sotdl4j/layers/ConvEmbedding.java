package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Patches that may overlap, as a map: [B, in, H, W] to [B, dim, H', W'] with {@code H' = (H + 2
 * padding - patch) / stride + 1}. Official file: {@code pit.py} of PiT, {@code conv_embedding}; Heo
 * et al., "Rethinking spatial dimensions of vision transformers", 2021.
 *
 * <p>State: {@code conv}.
 *
 * @param patch side of a patch, pixels
 * @param stride from one patch to the next, pixels
 */
public record ConvEmbedding(int in, int dim, int patch, int stride, int padding) implements Layer {

  /**
   * @throws IllegalArgumentException if a patch is larger than the picture
   */
  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    if (Math.min(shape[2], shape[3]) + 2L * padding < patch) {
      throw new IllegalArgumentException(
          "A patch of %d pixels does not fit into a picture of %d x %d"
              .formatted(patch, shape[2], shape[3]));
    }
    return scope.call("conv", new Conv2d(in, dim, patch, stride, padding, true), x);
  }
}
