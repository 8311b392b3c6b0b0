package org.sotdl4j.layers;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Stochastic depth (Huang et al., 2016): drops a residual branch for whole samples in training and
 * scales the others by 1 / (1 - rate).
 *
 * @param rate the share of samples that is dropped, in [0, 1)
 */
public record DropPath(double rate) implements Layer {

  public DropPath {
    check(rate);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    if (rate == 0 || !scope.training()) {
      return x;
    }
    long[] perSample = new long[scope.shape(x).length];
    Arrays.fill(perSample, 1);
    return x.mul(scope.mask(rate, perSample));
  }

  /** The rates of a stack whose deepest block has {@code rate}: linear from 0. */
  public static double[] linear(double rate, int depth) {
    double[] rates = new double[depth];
    for (int i = 0; i < depth; i++) {
      rates[i] = depth == 1 ? 0 : rate * i / (depth - 1);
    }
    return rates;
  }

  static void check(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("A drop rate must lie in [0, 1), not " + rate);
    }
  }
}
