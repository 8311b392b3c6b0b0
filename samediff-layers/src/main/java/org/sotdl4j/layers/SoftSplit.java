package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * T2T-ViT's soft split: cuts a map [B, C, H, W] into overlapping square patches, the columns of [B,
 * C kernel kernel, N], N = H' W' with {@code H' = (H + 2 padding - kernel) / stride + 1}, row by
 * row. "Tokens-to-Token ViT" (Yuan et al., 2021), section 3.1; PyTorch's {@code Unfold}. No state.
 *
 * <p>Component {@code (c * kernel + y) * kernel + x} of a patch is channel c of its pixel (x, y);
 * padding is zero.
 *
 * @param kernel side of a patch
 * @param stride distance of neighbouring patches
 * @param padding rows and columns added on each side
 */
public record SoftSplit(int kernel, int stride, int padding) implements Layer {

  /**
   * The number of patches along a side of a map.
   *
   * @throws IllegalArgumentException if not one patch fits
   */
  public int out(int side) {
    if (side + 2 * padding < kernel) {
      throw new IllegalArgumentException(
          "A soft split of %d pixels needs a map of at least %d, not %d"
              .formatted(kernel, kernel - 2 * padding, side));
    }
    return (side + 2 * padding - kernel) / stride + 1;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    long patches = (long) out((int) shape[2]) * out((int) shape[3]);
    return scope
        .sd()
        .cnn
        .im2Col(x, Conv2d.config(kernel, stride, padding)) // [B, C, kernel, kernel, H', W']
        .reshape(-1, shape[1] * kernel * kernel, patches);
  }
}
