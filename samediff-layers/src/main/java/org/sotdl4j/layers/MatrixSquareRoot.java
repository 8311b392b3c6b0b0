package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The approximate square root of covariance matrices by coupled Newton-Schulz iterations, with the
 * trace divided out before and its root multiplied in after them (iSQRT-COV; the official code
 * calls it MPN). [M, d, d] to the same. "Towards faster training of global covariance pooling
 * networks by iterative matrix square root normalization" (Li et al., 2018), section 3.2; official
 * file: {@code sot_src/normalization/MPN.py}.
 *
 * @param iterations of Newton and Schulz, at least 1
 */
public record MatrixSquareRoot(int iterations) implements MatrixNorm {

  public MatrixSquareRoot {
    if (iterations < 1) {
      throw new IllegalArgumentException("A matrix square root needs at least one iteration");
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SameDiff sd = scope.sd();
    long d = scope.shape(x)[2];
    SDVariable identity = scope.constant(Nd4j.eye(d).reshape(1, d, d));
    SDVariable trace = x.mul(identity).sum(true, 1, 2); // [M, 1, 1]
    // y tends to the root, z to its inverse; z begins as the identity, which saves a product.
    SDVariable y = x.div(trace);
    SDVariable z = null;
    for (int i = 0; i < iterations; i++) {
      SDVariable zy = z == null ? y : sd.mmul(z, y);
      SDVariable step = identity.mul(3).sub(zy).mul(0.5);
      y = sd.mmul(y, step);
      if (i < iterations - 1) {
        z = z == null ? step : sd.mmul(step, z);
      }
    }
    return y.mul(sd.math.sqrt(trace));
  }
}
