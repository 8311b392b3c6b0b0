package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** {@code x sigmoid(x)} (Ramachandran et al., 2017). */
public record Swish() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return scope.sd().nn.swish(x);
  }
}
