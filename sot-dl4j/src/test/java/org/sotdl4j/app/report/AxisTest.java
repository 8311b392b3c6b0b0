package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  @ParameterizedTest
  @CsvSource({
    // least, most -> first tick, last tick, step
    "0.3, 1.6, 0, 4, 0.5",
    "0.62, 0.98, 6, 10, 0.1",
    "1e-6, 1e-3, 0, 5, 2e-4",
    "-7, 11, -2, 3, 5",
    "0, 5, 0, 5, 1",
    // equal values are shown against zero
    "0.1, 0.1, 0, 5, 0.02",
    "-3, -3, -3, 0, 1",
    "0, 0, 0, 5, 0.2",
  })
  void ticksAreRoundAndReachOverAllValues(
      double least, double most, long first, long last, double step) {
    Axis axis = Axis.over(new double[] {most, least}, 5);

    assertThat(axis.first()).isEqualTo(first);
    assertThat(axis.last()).isEqualTo(last);
    assertThat(axis.step()).isCloseTo(step, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1.1, 2", "2.5, 5", "7, 10", "130, 200", "0.03, 0.05"})
  void roundNumbers(double value, double round) {
    assertThat(Axis.round(value)).isCloseTo(round, within(1e-15));
  }

  @Test
  void placesGoFromTheFirstTickToTheLast() {
    var axis = new Axis(-1, 3, 0.5);

    assertThat(axis.ticks()).containsExactly(-0.5, 0.0, 0.5, 1.0, 1.5);
    assertThat(axis.place(-0.5)).isEqualTo(0);
    assertThat(axis.place(0)).isEqualTo(0.25);
    assertThat(axis.place(1.5)).isEqualTo(1);
  }
}
