package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A non-local block ("Non-local neural networks", Wang et al., 2018; embedded Gaussian): {@code W
 * softmax(theta^T phi) g + shortcut(x)}, each pixel attending to all, without a scale. [B, in, H,
 * W] to [B, out, H, W], or to [B, out, H / 2, W / 2].
 *
 * <p>State: {@code g}, {@code theta}, {@code phi} (1x1 convolution and batch norm each), {@code W}
 * (1x1 convolution, zero at first), {@code shortcut} where the shapes differ, {@code bn_norm}.
 *
 * @param in channels of the input
 * @param between width of theta, phi and g
 * @param out channels of the output
 * @param subsample whether everything is halved by 2x2 max pooling
 * @param norm whether a batch norm follows
 */
public record NonLocalBlock(int in, int between, int out, boolean subsample, boolean norm)
    implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable g = scope.call("g", this::embedded, x);
    SDVariable theta = pixels(scope, scope.call("theta", this::embedded, x)); // [B, C, N]
    SDVariable phi = pixels(scope, scope.call("phi", this::embedded, x));
    SDVariable weights =
        scope.sd().nn.softmax(scope.sd().mmul(theta, phi, true, false, false), -1); // [B, N, N]
    long[] shape = scope.shape(g);
    SDVariable y =
        scope
            .sd()
            .mmul(pixels(scope, g), weights, false, true, false)
            .reshape(-1, between, shape[2], shape[3]);
    y = scope.call("W", new Conv2d(between, out, 1, 1, 0, true, Initializer.ZEROS), y);
    y = y.add(shortcut(scope, x));
    return norm ? scope.call("bn_norm", new BatchNorm2d(out), y) : y;
  }

  /** A projection, named 0 and 1; with pooling after it the two are named 0.0 and 0.1. */
  private SDVariable embedded(Scope scope, SDVariable x) {
    Conv2d projection = new Conv2d(in, between, 1, 1, 0, true);
    BatchNorm2d batchNorm = new BatchNorm2d(between);
    if (!subsample) {
      return scope.call("1", batchNorm, scope.call("0", projection, x));
    }
    return new MaxPool2d(2, 2, 0).apply(scope, scope.sequential("0", x, projection, batchNorm));
  }

  private SDVariable shortcut(Scope scope, SDVariable x) {
    Conv2d projection = new Conv2d(in, out, 1, 1, 0, true);
    BatchNorm2d batchNorm = new BatchNorm2d(out);
    if (subsample) {
      return scope.sequential("shortcut", x, projection, new MaxPool2d(2, 2, 0), batchNorm);
    }
    return in == out ? x : scope.sequential("shortcut", x, projection, batchNorm);
  }

  /** A map [B, C, H, W] as [B, C, H W]. */
  private static SDVariable pixels(Scope scope, SDVariable map) {
    long[] shape = scope.shape(map);
    return map.reshape(-1, shape[1], shape[2] * shape[3]);
  }
}
