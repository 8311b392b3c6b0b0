package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * GELU by its approximation with tanh (Hendrycks and Gimpel, 2016), {@code x/2 (1 + tanh(sqrt(2 /
 * pi) (x + 0.044715 x^3)))}: GPT's, and BERT's {@code gelu_new}.
 */
public record TanhGelu() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable cube = x.mul(x).mul(x);
    SDVariable inner = x.add(cube.mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(scope.sd().math.tanh(inner).add(1));
  }
}
