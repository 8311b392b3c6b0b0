package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/**
 * The mean of each window of a map [B, C, H, W], without padding. Applying it throws an {@link
 * IllegalArgumentException} if the map is smaller than a window.
 */
public record AvgPool2d(int kernel, int stride) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    if (Math.min(shape[2], shape[3]) < kernel) {
      throw new IllegalArgumentException(
          "a map of %d x %d pixels is too small to be pooled by %d"
              .formatted(shape[2], shape[3], kernel));
    }
    return scope.sd().cnn.avgPooling2d(x, config(kernel, stride, 0));
  }

  static Pooling2DConfig config(int kernel, int stride, int padding) {
    return Pooling2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .paddingMode(PaddingMode.VALID)
        .isNHWC(false)
        .build();
  }
}
