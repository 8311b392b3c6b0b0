package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.report.ConfusionMatrix.Confusion;

class ConfusionMatrixTest {

  /** Rows are the truth. The sums of the rows are 7, 5, 11; of the columns 6, 9, 8. */
  private static final int[][] COUNTS = {{5, 2, 0}, {1, 3, 1}, {0, 4, 7}};

  static ConfusionMatrix threeClasses() {
    var matrix = new ConfusionMatrix(3);
    for (int truth = 0; truth < 3; truth++) {
      for (int predicted = 0; predicted < 3; predicted++) {
        for (int i = 0; i < COUNTS[truth][predicted]; i++) {
          matrix.add(truth, predicted);
        }
      }
    }
    return matrix;
  }

  @Test
  void sumsAndFractionsAreThoseComputedByHand() {
    ConfusionMatrix m = threeClasses();

    assertThat(m.count(0, 1)).isEqualTo(2);
    assertThat(m.count(1, 0)).isEqualTo(1);
    assertThat(IntStream.range(0, 3).mapToLong(m::truths)).containsExactly(7L, 5L, 11L);
    assertThat(IntStream.range(0, 3).mapToLong(m::predictions)).containsExactly(6L, 9L, 8L);
    assertThat(IntStream.range(0, 3).mapToDouble(m::recall))
        .containsExactly(5.0 / 7, 3.0 / 5, 7.0 / 11);
    assertThat(IntStream.range(0, 3).mapToDouble(m::precision))
        .containsExactly(5.0 / 6, 3.0 / 9, 7.0 / 8);
    assertThat(m.total()).isEqualTo(23);
    assertThat(m.top1()).isEqualTo(15.0 / 23);
  }

  @Test
  void mistakesComeByFrequencyThenByClass() {
    assertThat(threeClasses().mostConfused(10))
        .containsExactly(
            new Confusion(2, 1, 4),
            new Confusion(0, 1, 2),
            new Confusion(1, 0, 1),
            new Confusion(1, 2, 1));
    assertThat(threeClasses().mostConfused(1)).containsExactly(new Confusion(2, 1, 4));
  }

  @Test
  void whatWasNeverSeenHasNoFraction() {
    var m = new ConfusionMatrix(2);
    assertThat(m.top1()).isNaN();

    m.add(0, 0);

    assertThat(m.recall(1)).isNaN();
    assertThat(m.precision(1)).isNaN();
    assertThat(m.recall(0)).isEqualTo(1);
  }

  @Test
  void thereAreNoOtherClasses() {
    var m = new ConfusionMatrix(3);
    assertThatThrownBy(() -> m.add(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> m.add(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new ConfusionMatrix(0)).hasMessageContaining("one class at least");
  }
}
