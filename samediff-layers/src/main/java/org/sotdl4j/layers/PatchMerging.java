package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Halves a map of tokens and doubles their width: four neighbours side by side, normalised and
 * projected ("Swin Transformer", Liu et al., 2021, section 3.1). [B, H W, C] to [B, H/2 W/2, 2 C].
 *
 * <p>State: {@code norm} [4 C], {@code reduction} (a {@link Linear} without bias). The neighbours
 * come column by column: above left, below left, above right, below right.
 *
 * @param height H, even
 * @param width W, even
 * @param dim C
 */
public record PatchMerging(int height, int width, int dim) implements Layer {

  public PatchMerging {
    if (height % 2 != 0 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "A map of %d x %d tokens cannot be halved".formatted(height, width));
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable four =
        x.reshape(-1, height / 2, 2, width / 2, 2, dim)
            .permute(0, 1, 3, 4, 2, 5)
            .reshape(-1, (long) (height / 2) * (width / 2), 4L * dim);
    SDVariable y = scope.call("norm", new LayerNorm(4 * dim, 1e-5), four);
    return scope.call("reduction", new Linear(4 * dim, 2 * dim, false), y);
  }
}
