package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** Scaling vectors to length 1. */
final class Lengths {

  private static final double EPS = 1e-12;

  private Lengths() {}

  /**
   * Divides by the Euclidean length along an axis, at least 1e-12: PyTorch's {@code F.normalize}.
   */
  static SDVariable normalize(Scope scope, SDVariable x, int axis) {
    // Clipping instead of a maximum of two: its gradient is zero below the bound, as PyTorch's.
    return x.div(scope.sd().math.clipByValue(x.norm2(true, axis), EPS, 1e30));
  }
}
