package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A normalisation of the transposed matrices, transposed back. So-ViT normalises so: its svPN
 * starts from a vector as long as the matrix has rows.
 */
public record Transposed(MatrixNorm norm) implements MatrixNorm {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return norm.apply(scope, x.permute(0, 2, 1)).permute(0, 2, 1);
  }
}
