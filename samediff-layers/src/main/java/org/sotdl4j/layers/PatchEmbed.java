package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Cuts a picture [B, in, H, W] into square patches and projects each: [B, N, dim], N = (H / patch)
 * (W / patch), row by row.
 *
 * <p>State: {@code proj}, a convolution whose stride is its kernel (Dosovitskiy et al., 2021);
 * {@code norm}.
 *
 * @param norm whether a layer norm follows, as in Swin
 */
public record PatchEmbed(int in, int dim, int patch, boolean norm) implements Layer {

  public PatchEmbed(int in, int dim, int patch) {
    this(in, dim, patch, false);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y =
        Tokens.of(scope, scope.call("proj", new Conv2d(in, dim, patch, patch, 0, true), x));
    return norm ? scope.call("norm", new LayerNorm(dim, 1e-5), y) : y;
  }
}
