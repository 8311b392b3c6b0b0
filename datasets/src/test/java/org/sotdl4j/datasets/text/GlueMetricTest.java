package org.sotdl4j.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GlueMetricTest {

  private static final double[] TRUTH = {1, 1, 1, 0, 0, 1};
  private static final double[] ANSWERS = {1, 1, 0, 0, 1, 1}; // 3 true, 1 false positive ...

  @Test
  void ofLabels() {
    assertThat(GlueMetric.ACCURACY.of(ANSWERS, TRUTH)).isEqualTo(4 / 6.0);
    assertThat(GlueMetric.F1.of(ANSWERS, TRUTH)).isEqualTo(6 / 8.0);
    assertThat(GlueMetric.MATTHEWS.of(ANSWERS, TRUTH)).isEqualTo((3 - 1) / 8.0);
    double[] same = {1, 1, 1, 1, 1, 1};
    assertThat(GlueMetric.MATTHEWS.of(same, TRUTH)).isZero();
  }

  @Test
  void ofNumbers() {
    double[] truth = {1, 2, 3, 4};
    double[] squares = {1, 4, 9, 16};
    assertThat(GlueMetric.SPEARMAN.of(squares, truth)).isEqualTo(1);
    // Ranks 1, 2.5, 2.5, 4: 4.5 / sqrt(4.5 * 5).
    double[] ties = {1, 2, 2, 8};
    assertThat(GlueMetric.SPEARMAN.of(ties, truth)).isCloseTo(Math.sqrt(0.9), within(1e-12));
    assertThat(GlueMetric.PEARSON.of(squares, truth)).isCloseTo(0.9843740, within(1e-6));
    assertThat(GlueMetric.PEARSON.of(new double[] {2, 2, 2, 2}, truth)).isZero();
  }
}
