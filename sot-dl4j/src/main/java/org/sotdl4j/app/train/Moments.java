package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;

/**
 * What Adam's family keeps of a parameter: running means of the gradients and of their squares.
 * Both begin with zero, so at first they are too small, by a share that the corrections give.
 *
 * @param mean of the gradients, changed in place
 * @param square mean of their squares, changed in place
 * @param betas how fast they forget
 * @param step steps so far, the current one included
 */
record Moments(INDArray mean, INDArray square, Betas betas, double step) {

  /** Takes a step's gradient into both means. */
  void add(INDArray gradient) {
    ArrayKernels.move(mean, gradient, 1 - betas.first());
    ArrayKernels.move(square, gradient.mul(gradient), 1 - betas.second());
  }

  /** The share of the gradients' mean that it has so far. */
  double meanCorrection() {
    return 1 - Math.pow(betas.first(), step);
  }

  /** The share of the root of the squares' mean that it has so far. */
  double rootCorrection() {
    return Math.sqrt(1 - Math.pow(betas.second(), step));
  }

  /** The corrected root of the squares' mean, and epsilon. */
  INDArray root(double eps) {
    return Transforms.sqrt(square, true).divi(rootCorrection()).addi(eps);
  }
}
