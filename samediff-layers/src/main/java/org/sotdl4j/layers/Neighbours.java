package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The 3x3 neighbourhoods of a map's pixels, the centre included, row by row; beyond the border are
 * zeros. Both directions are convolutions with frozen kernels, which the official state holds:
 * kernel k is 1 at place k. Official file: {@code models/stvit.py} of STViT, {@code Unfold} and
 * {@code Fold}.
 *
 * <p>State: {@code unfold.weights} and {@code fold.weights} [9, 1, 3, 3], frozen.
 *
 * @param scope of the layer that holds the kernels
 */
record Neighbours(Scope scope) {

  private static final Initializer IDENTITY =
      (array, random) -> array.assign(Nd4j.eye(9).reshape(9, 1, 3, 3));

  /** Neighbours of a pixel. */
  static final int COUNT = 9;

  /** Makes the state without using it. */
  void declare() {
    var _ = kernels("unfold");
    var _ = kernels("fold");
  }

  /** The neighbours of each pixel: [B, C, H, W] to [B, H W, C, 9]. */
  SDVariable gather(SDVariable map) {
    long[] shape = scope.shape(map);
    SDVariable single = map.reshape(-1, 1, shape[2], shape[3]);
    SDVariable yxio = kernels("unfold").permute(2, 3, 1, 0);
    return scope
        .sd()
        .cnn
        .conv2d(single, yxio, Conv2d.config(3, 1, 1)) // [B C, 9, H, W]
        .reshape(-1, shape[1], COUNT, shape[2] * shape[3])
        .permute(0, 3, 1, 2);
  }

  /**
   * Adds to each pixel what its neighbours hold for it: [B, H W, C, 9] to [B, C, H, W]. What is for
   * a place beyond the border is lost.
   */
  SDVariable scatter(SDVariable x, long height, long width) {
    long channels = scope.shape(x)[2];
    SDVariable single = x.permute(0, 2, 3, 1).reshape(-1, COUNT, height, width);
    SDVariable yxoi = kernels("fold").permute(2, 3, 1, 0);
    DeConv2DConfig config =
        DeConv2DConfig.builder().kH(3).kW(3).pH(1).pW(1).dataFormat("NCHW").build();
    return scope
        .sd()
        .cnn
        .deconv2d(single, yxoi, config) // [B C, 1, H, W]
        .reshape(-1, channels, height, width);
  }

  private SDVariable kernels(String name) {
    return scope.child(name).frozen("weights", IDENTITY, COUNT, 1, 3, 3);
  }
}
