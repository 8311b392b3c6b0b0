package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A convolution with a bias that sums blocks of input channels and adds the sums, where rounding
 * matters: oneDNN, as ND4J calls it, adds all products of a pixel one after the other, which with
 * 576 of them doubles the error of PyTorch's blocks of 16 channels.
 *
 * @param conv the convolution
 * @param blocks their number; divides the input channels
 */
record BlockedConv2d(Conv2d conv, int blocks) implements Layer {

  BlockedConv2d {
    if (conv.in() % blocks != 0) {
      throw new IllegalArgumentException(
          "%d blocks do not divide %d channels".formatted(blocks, conv.in()));
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable[] inputs = scope.sd().split(x, blocks, 1);
    SDVariable[] weights = scope.sd().split(conv.yxio(scope), blocks, 2);
    SDVariable sum = conv.bias(scope).reshape(1, conv.out(), 1, 1);
    for (int i = 0; i < blocks; i++) {
      sum = scope.sd().cnn.conv2d(inputs[i], weights[i], conv.config()).add(sum);
    }
    return sum;
  }
}
