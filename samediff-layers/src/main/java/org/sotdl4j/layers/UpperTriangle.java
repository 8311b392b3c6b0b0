package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The upper triangle of square matrices with the diagonal, row by row: [M, d, d] to [M, d (d + 1) /
 * 2].
 */
public record UpperTriangle() implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SameDiff sd = scope.sd();
    int d = Math.toIntExact(scope.shape(x)[2]);
    // Row by row because the gradient of SameDiff's gather fails. SameDiff keeps the array that
    // unstack gives, so it must stay as it is.
    SDVariable[] rows = sd.unstack(x, 1, d).clone(); // d times [M, d]
    for (int i = 1; i < d; i++) {
      rows[i] =
          sd.stridedSlice(
              rows[i], new long[] {0, i}, new long[] {0, d}, new long[] {1, 1}, 1, 1, 0, 0, 0);
    }
    return sd.concat(1, rows);
  }
}
