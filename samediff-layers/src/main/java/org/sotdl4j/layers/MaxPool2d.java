package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** The maximum of each window of a map [B, C, H, W]; padding never wins. */
public record MaxPool2d(int kernel, int stride, int padding) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope.sd().cnn.maxPooling2d(x, AvgPool2d.config(kernel, stride, padding));
  }
}
