package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** {@code max(x, 0)}. */
public record Relu() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope.sd().nn.relu(x, 0);
  }
}
