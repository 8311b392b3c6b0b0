package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * A square convolution: [B, in, H, W] to [B, out, H', W'] with {@code H' = (H + 2 padding - kernel)
 * / stride + 1}.
 *
 * <p>State: {@code weight} [out, in, kernel, kernel], {@code bias} [out]; PyTorch's default
 * initialisation.
 */
public record Conv2d(int in, int out, int kernel, int stride, int padding, boolean bias)
    implements Layer {

  /** A convolution of one pixel, without bias. */
  public static Conv2d pointwise(int in, int out) {
    return new Conv2d(in, out, 1, 1, 0, false);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    Initializer initializer = Initializer.uniform(1 / Math.sqrt((double) in * kernel * kernel));
    SDVariable weight = scope.parameter("weight", initializer, out, in, kernel, kernel);
    Conv2DConfig config = config(kernel, stride, padding);
    // conv2d takes PyTorch's layout too, but its gradient rejects it.
    SDVariable yxio = weight.permute(2, 3, 1, 0);
    return bias
        ? scope.sd().cnn.conv2d(x, yxio, scope.parameter("bias", initializer, out), config)
        : scope.sd().cnn.conv2d(x, yxio, config);
  }

  static Conv2DConfig config(int kernel, int stride, int padding) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NCHW")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
