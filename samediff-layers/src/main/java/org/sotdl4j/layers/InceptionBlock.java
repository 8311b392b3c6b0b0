package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Four branches side by side as in Inception (Szegedy et al., 2015): 1x1, 3x3 and 5x5 convolutions
 * and max pooling. [B, in, H, W] to [B, 8 w, H / stride, W / stride].
 *
 * <p>A convolution has no bias; batch norm (epsilon 1e-3) and ReLU follow it, as timm's {@code
 * BasicConv2d}. State: {@code branch0}, {@code branch1.0}, {@code branch1.1}, {@code branch2.0},
 * {@code branch2.1}, {@code branch3.1}, each with {@code conv} and {@code bn}.
 *
 * @param in channels of the input
 * @param width w, of the narrowest branch; 16 in the official code
 * @param stride of each branch
 */
public record InceptionBlock(int in, int width, int stride) implements Layer {

  /** Channels of the output. */
  public int out() {
    return 8 * width;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope
        .sd()
        .concat(
            1,
            scope.call("branch0", basic(in, 2 * width, 1, stride), x),
            scope.sequential(
                "branch1", x, basic(in, 2 * width, 1, 1), basic(2 * width, 4 * width, 3, stride)),
            scope.sequential("branch2", x, basic(in, width, 1, 1), basic(width, width, 5, stride)),
            scope.sequential("branch3", x, new MaxPool2d(3, stride, 1), basic(in, width, 1, 1)));
  }

  private static Layer basic(int in, int out, int kernel, int stride) {
    return (scope, x) -> {
      SDVariable y = scope.call("conv", new Conv2d(in, out, kernel, stride, kernel / 2, false), x);
      y = scope.call("bn", new BatchNorm2d(out, 1e-3, 0.1), y);
      return scope.call("relu", new Relu(), y);
    };
  }
}
