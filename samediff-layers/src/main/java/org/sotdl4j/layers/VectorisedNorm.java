package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Normalised matrices as vectors: [M, p, d] to [M, p d], row by row, or to [M, d (d + 1) / 2] of
 * square ones.
 *
 * @param norm how the matrices are normalised
 * @param upperTriangle whether only the upper triangle counts, as for symmetric matrices
 * @param drop dropout rate on the vectors
 */
public record VectorisedNorm(MatrixNorm norm, boolean upperTriangle, double drop) implements Layer {

  /** iSQRT-COV of covariances: the square root's upper triangle. */
  public static VectorisedNorm squareRoot(int iterations) {
    return new VectorisedNorm(new MatrixSquareRoot(iterations), true, 0);
  }

  /** The length of a vector made of a matrix [p, d]. */
  public int out(int p, int d) {
    return upperTriangle ? d * (d + 1) / 2 : p * d;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    SDVariable y = norm.apply(scope, x);
    y = upperTriangle ? new UpperTriangle().apply(scope, y) : y.reshape(-1, shape[1] * shape[2]);
    return scope.call("regular", new Dropout(drop), y);
  }
}
