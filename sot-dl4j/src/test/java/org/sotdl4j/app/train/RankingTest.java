package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void theLargestComeFirst() {
    double[] values = {0.1, 0.5, -3, 0.4};
    assertThat(Ranking.top(values, 2)).containsExactly(1, 3);
    assertThat(Ranking.top(values, 4)).containsExactly(1, 3, 0, 2);
    assertThat(Ranking.top(values, 9)).containsExactly(1, 3, 0, 2);
  }

  @Test
  void ofEqualOnesTheLowerIndexComesFirst() {
    assertThat(Ranking.top(new double[] {1, 2, 1, 2, 1}, 4)).containsExactly(1, 3, 0, 2);
    assertThat(Ranking.top(new double[7], 5)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void softmaxOfHugeLogitsDoesNotOverflow() {
    double log3 = Math.log(3);
    assertThat(Ranking.softmax(new double[] {1000, 1000 + log3, -1e9}))
        .containsExactly(new double[] {0.25, 0.75, 0}, within(1e-12));
  }
}
