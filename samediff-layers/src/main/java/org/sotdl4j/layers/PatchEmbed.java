package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Cuts a picture [B, in, H, W] into square patches and projects each: [B, N, dim], N = (H / patch)
 * (W / patch), row by row.
 *
 * <p>State: {@code proj}, a convolution whose stride is its kernel (Dosovitskiy et al., 2021).
 */
public record PatchEmbed(int in, int dim, int patch) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return Tokens.of(scope, scope.call("proj", new Conv2d(in, dim, patch, patch, 0, true), x));
  }
}
