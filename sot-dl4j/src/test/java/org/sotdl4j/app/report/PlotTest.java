package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The plane of the plot is x from 46 to 384 and y from 212 up to 8. */
class PlotTest {

  private static Plot plot(double... losses) {
    List<EpochMetrics> epochs =
        IntStream.range(0, losses.length)
            .mapToObj(i -> new EpochMetrics(i + 1, 0, losses[i], 0, 0, 0, 0, 0, 0, 0, 0))
            .toList();
    return Plot.of(List.of(Curve.of("training", "train", epochs, EpochMetrics::trainLoss)));
  }

  @Test
  void theValuesReachOverThePlane() {
    Plot plot = plot(0, 1, 0.5);

    assertThat(IntStream.of(1, 2, 3).mapToDouble(plot::x)).containsExactly(46.0, 215.0, 384.0);
    assertThat(List.of(plot.y(0), plot.y(0.5), plot.y(1))).containsExactly(212.0, 110.0, 8.0);
    assertThat(plot.ticks()).containsExactly(1, 2, 3);
  }

  @Test
  void whatIsNoNumberMovesNothing() {
    Plot plot = plot(0, Double.NaN, 1, Double.POSITIVE_INFINITY);

    assertThat(plot.y(1)).isEqualTo(8);
    assertThat(plot.x(4)).isEqualTo(384);
  }

  @Test
  void oneEpochIsInTheMiddle() {
    assertThat(plot(0.5).x(1)).isEqualTo(215);
  }

  @Test
  void manyEpochsHaveRoundNumbersBelow() {
    assertThat(plot(IntStream.rangeClosed(1, 300).mapToDouble(e -> 1.0 / e).toArray()).ticks())
        .containsExactly(50, 100, 150, 200, 250, 300);
  }
}
