package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Optimizers that keep means of the gradients and of their squares. */
abstract sealed class AdamFamily extends Optimizer permits Adam, AdamW, Lamb, NAdamW, RAdam {

  final Betas betas;

  /** Added to the root of the squares' mean. */
  final double eps;

  AdamFamily(Betas betas, double eps) {
    this.betas = betas;
    this.eps = eps;
  }

  /** The means, under the names that PyTorch has for them. */
  final Moments moments(Change change) {
    INDArray mean = kept("exp_avg", change);
    INDArray square = kept("exp_avg_sq", change);
    return new Moments(mean, square, betas, step());
  }
}
