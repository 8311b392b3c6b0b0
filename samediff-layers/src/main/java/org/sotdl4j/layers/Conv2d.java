package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * A square convolution: [B, in, H, W] to [B, out, H', W'] with {@code H' = (H + 2 padding - kernel)
 * / stride + 1}.
 *
 * <p>State: {@code weight} [out, in, kernel, kernel], {@code bias} [out].
 *
 * @param in channels of the input
 * @param out channels of the output
 * @param kernel side of the window
 * @param stride step of the window
 * @param padding zeros on each side
 * @param bias whether there is one
 * @param initializer of weight and bias
 */
public record Conv2d(
    int in, int out, int kernel, int stride, int padding, boolean bias, Initializer initializer)
    implements Layer {

  /** With PyTorch's default initialisation. */
  public Conv2d(int in, int out, int kernel, int stride, int padding, boolean bias) {
    this(
        in,
        out,
        kernel,
        stride,
        padding,
        bias,
        Initializer.uniform(1 / Math.sqrt((double) in * kernel * kernel)));
  }

  /** A convolution of one pixel, without bias. */
  public static Conv2d pointwise(int in, int out) {
    return new Conv2d(in, out, 1, 1, 0, false);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable yxio = yxio(scope);
    return bias
        ? scope.sd().cnn.conv2d(x, yxio, bias(scope), config())
        : scope.sd().cnn.conv2d(x, yxio, config());
  }

  /** The weight as [kernel, kernel, in, out]. */
  SDVariable yxio(Scope scope) {
    // conv2d takes PyTorch's layout too, but its gradient rejects it.
    return scope.parameter("weight", initializer, out, in, kernel, kernel).permute(2, 3, 1, 0);
  }

  SDVariable bias(Scope scope) {
    return scope.parameter("bias", initializer, out);
  }

  Conv2DConfig config() {
    return config(kernel, stride, padding);
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
