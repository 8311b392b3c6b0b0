package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Element-wise power normalisation: {@code sign(x) sqrt(|x| + 1e-8)}, then each column of each
 * matrix scaled to length 1, as the official {@code sot_src/normalization/ePN.py}.
 */
public record EPn() implements MatrixNorm {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    var math = scope.sd().math;
    SDVariable powered = math.sign(x).mul(math.sqrt(math.abs(x).add(1e-8)));
    return Lengths.normalize(scope, powered, 1);
  }
}
