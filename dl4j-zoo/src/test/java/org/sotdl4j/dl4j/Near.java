package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares arrays. */
final class Near {

  private Near() {}

  /** The largest difference is at most a share of the largest value, or of 1 where that is more. */
  static void check(INDArray found, INDArray expected, double tolerance, String what) {
    assertThat(found.shape()).as(what).isEqualTo(expected.shape());
    double scale = Math.max(1, expected.amaxNumber().doubleValue());
    assertThat(found.sub(expected).amaxNumber().doubleValue())
        .as(what)
        .isLessThanOrEqualTo(tolerance * scale);
  }
}
