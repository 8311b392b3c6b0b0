package org.sotdl4j.app.train;

import java.util.Collection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;

/** All gradients of a step together. */
public final class Gradients {

  private Gradients() {}

  /** Their common Euclidean norm. */
  public static double norm(Collection<INDArray> gradients) {
    return Math.sqrt(ArrayKernels.squares(gradients));
  }

  /**
   * Scales them in place so that their common norm is at most a bound.
   *
   * @return the norm before
   */
  public static double clip(Collection<INDArray> gradients, double maxNorm) {
    double norm = norm(gradients);
    double factor = maxNorm / (norm + 1e-6);
    if (factor < 1) {
      ArrayKernels.scale(gradients, factor);
    }
    return norm;
  }
}
