package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A square convolution that keeps the channels apart (PyTorch's {@code Conv2d} with {@code
 * groups=channels}): each channel of the input makes {@code multiplier} channels of the output. [B,
 * C, H, W] to [B, C multiplier, H', W'] with {@code H' = (H + 2 padding - kernel) / stride + 1};
 * output channel o reads input channel o / multiplier.
 *
 * <p>State: {@code weight} [C multiplier, 1, kernel, kernel], {@code bias} [C multiplier];
 * PyTorch's default initialisation.
 *
 * @param channels C
 */
public record DepthwiseConv2d(int channels, int multiplier, int kernel, int stride, int padding)
    implements Layer {

  /** A convolution that keeps width and size, for odd kernels. */
  public static DepthwiseConv2d same(int channels, int kernel) {
    return new DepthwiseConv2d(channels, 1, kernel, 1, kernel / 2);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int out = channels * multiplier;
    Initializer initializer = Initializer.uniform(1.0 / kernel);
    SDVariable weight = scope.parameter("weight", initializer, out, 1, kernel, kernel);
    SDVariable yxio = weight.reshape(channels, multiplier, kernel, kernel).permute(2, 3, 0, 1);
    return scope
        .sd()
        .cnn
        .depthWiseConv2d(
            x,
            yxio,
            scope.parameter("bias", initializer, out),
            Conv2d.config(kernel, stride, padding));
  }
}
