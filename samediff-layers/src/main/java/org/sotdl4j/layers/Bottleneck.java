package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The residual bottleneck of ResNet (He et al., 2016) as SoT's token embedding uses it: 1x1, 3x3,
 * 1x1 convolutions, the last with four times the width. [B, in, H, W] to [B, 4 planes, H / stride,
 * W / stride].
 *
 * <p>The main path's batch norms have epsilon 1e-3 and momentum 0.01, the one beside it PyTorch's
 * defaults, as the official code. State: {@code conv1}, {@code bn1}, ..., {@code downsample.0},
 * {@code downsample.1}.
 *
 * @param in channels of the input
 * @param planes width of the 3x3 convolution
 * @param stride of the 3x3 convolution
 * @param downsample whether the residual is projected; without it input and output must have the
 *     same shape
 */
public record Bottleneck(int in, int planes, int stride, boolean downsample) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int out = 4 * planes;
    SDVariable y = scope.call("conv1", Conv2d.pointwise(in, planes), x);
    y = scope.call("relu", new Relu(), scope.call("bn1", norm(planes), y));
    y = scope.call("conv2", new Conv2d(planes, planes, 3, stride, 1, false), y);
    y = scope.call("relu", new Relu(), scope.call("bn2", norm(planes), y));
    y = scope.call("conv3", Conv2d.pointwise(planes, out), y);
    y = scope.call("bn3", norm(out), y);
    SDVariable residual =
        downsample
            ? scope.sequential(
                "downsample", x, new Conv2d(in, out, 1, stride, 0, false), new BatchNorm2d(out))
            : x;
    return scope.call("relu", new Relu(), y.add(residual));
  }

  private static BatchNorm2d norm(int channels) {
    return new BatchNorm2d(channels, 1e-3, 0.01);
  }
}
