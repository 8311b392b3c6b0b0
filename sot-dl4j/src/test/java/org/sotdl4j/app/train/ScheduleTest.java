package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand; {@code sot verify} compares whole curves with timm's. */
class ScheduleTest {

  private static final WarmUp NONE = new WarmUp(0, 0, false);

  @Test
  void cosineWarmsUpLinearlyThenFollowsHalfACosine() {
    var cycles = new Cycles(20, 1, 1, 1);
    Schedule schedule = new Cosine(1.1, 0.3, cycles, 1, new WarmUp(0.1, 5, false));
    assertThat(at(schedule, 0)).isEqualTo(0.1);
    assertThat(at(schedule, 1)).isEqualTo(0.3, within(1e-15));
    assertThat(at(schedule, 4)).isEqualTo(0.9, within(1e-15));
    // The cosine counts from step 0, so the warm-up ends a little below the highest rate:
    // 0.3 + 0.4 (1 + cos(pi / 4)).
    assertThat(at(schedule, 5)).isEqualTo(0.98284271247461900, within(1e-15));
    assertThat(at(schedule, 10)).isEqualTo(0.7, within(1e-15));
    assertThat(at(schedule, 20)).isEqualTo(0.3, within(1e-15));
    assertThat(at(schedule, 21)).isEqualTo(0.3, within(1e-15));
  }

  @Test
  void cyclesGrowAndDecay() {
    Schedule schedule = new Cosine(1, 0, new Cycles(2, 3, 0.5, 2), 1, NONE);
    assertThat(schedule.length()).isEqualTo(8);
    assertThat(at(schedule, 1)).isEqualTo(0.5, within(1e-15));
    assertThat(at(schedule, 2)).isEqualTo(0.5, within(1e-15));
    assertThat(at(schedule, 5)).isEqualTo(0.25, within(1e-15));
    assertThat(at(schedule, 8)).isZero();
  }

  @Test
  void plateauLowersTheRateAfterEpochsWithoutABetterOne() {
    Schedule schedule = new Plateau(1, 0.05, 0.1, 1, 20, new WarmUp(0, 1, false));
    // The first score is of the warm-up and does not count.
    List<Double> scores = List.of(0.9, 0.5, 0.5, 0.50001, 0.6, 0.6, 0.6, 0.6, 0.6);
    List<Double> rates = new ArrayList<>();
    for (int t = 0; t <= scores.size(); t++) {
      rates.add(schedule.at(t, scores.subList(0, t)));
    }
    assertThat(rates).containsExactly(0.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05);
  }

  @Test
  void noiseIsBoundedAndTheSameForTheSameSeed() {
    var still = new StepDecay(1, 1e9, 1, 10, NONE);
    Schedule noisy = new Noisy(still, 2, 8, 0.3, 1, 5);
    for (int t = 0; t < 10; t++) {
      double rate = at(noisy, t);
      assertThat(rate).isBetween(0.7, 1.3).isEqualTo(at(new Noisy(still, 2, 8, 0.3, 1, 5), t));
      assertThat(rate == 1).isEqualTo(t < 2 || t >= 8);
    }
  }

  private static double at(Schedule schedule, long t) {
    return schedule.at(t, List.of());
  }
}
