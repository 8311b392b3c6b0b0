package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The plane of the plot is x from 46 to 384 and y from 212 up to 8. */
class PlotTest {

  private static String svg(double... losses) {
    List<EpochMetrics> epochs =
        IntStream.range(0, losses.length)
            .mapToObj(i -> new EpochMetrics(i + 1, 0, losses[i], 0, 0, 0, 0, 0, 0, 0))
            .toList();
    Curve loss = Curve.of("training", "train", epochs, EpochMetrics::trainLoss);
    return Plot.of("epoch", List.of(loss), Numbers::loss).svg("Loss over the epochs");
  }

  @Test
  void theLineGoesThroughTheValues() {
    assertThat(svg(0, 1, 0.5))
        .contains("<path d=\"M46.0 212.0h0L215.0 8.0L384.0 110.0\"/>")
        .contains("<circle cx=\"215.0\" cy=\"8.0\" r=\"2.5\"><title>epoch 2: 1.0000</title>")
        .contains("<text class=\"column\" x=\"215.0\" y=\"232\">2</text>")
        .contains("<text class=\"row\" x=\"38\" y=\"171.2\">0.2000</text>");
  }

  @Test
  void whereThereIsNoNumberTheLineHasAGap() {
    assertThat(svg(0, Double.NaN, 1, Double.POSITIVE_INFINITY, 0.5))
        .contains("<path d=\"M46.0 212.0h0M215.0 8.0h0M384.0 110.0h0\"/>")
        .containsOnlyOnce("epoch 3: 1.0000")
        .doesNotContain("epoch 2:", "epoch 4:", "NaN", "∞");
  }

  @Test
  void oneEpochIsInTheMiddle() {
    assertThat(svg(0.5)).contains("<circle cx=\"215.0\" cy=\"8.0\"").contains(">1</text>");
  }

  @Test
  void manyEpochsHaveRoundNumbersBelowAndNoPoints() {
    assertThat(svg(IntStream.rangeClosed(1, 300).mapToDouble(e -> 1.0 / e).toArray()))
        .contains(">50</text>", ">100</text>", ">300</text>")
        .doesNotContain(">1</text>", ">51</text>", "<circle");
  }

  @Test
  void manyValuesAreSmoothedOverTheFaintOnes() {
    double[] jumping = IntStream.range(0, 60).mapToDouble(i -> i % 2).toArray();
    assertThat(svg(jumping))
        .contains("<path class=\"raw\" data-kept=\"0.58\" d=\"M46.0 212.0h0L51.7 8.0");
    Curve smooth =
        new Curve("", "", List.of(new Curve.Point(1, 1), new Curve.Point(2, 0))).smoothed();
    assertThat(smooth.points().get(0).y()).isEqualTo(1);
    assertThat(smooth.points().get(1).y()).isEqualTo(0.5 / 1.5);
  }
}
