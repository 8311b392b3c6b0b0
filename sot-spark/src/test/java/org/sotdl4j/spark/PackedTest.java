package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedTest {

  @Test
  void whatAHalfRoundsOffStaysBehind() {
    float[] values = new float[7];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1e-7 * random.nextGaussian());
    }
    values[6] = 9; // not of the range
    float[] left = values.clone();
    Packed half = Packed.half(left, 1, 6);
    assertThat(half.length()).isEqualTo(5);
    float[] sums = new float[5];
    half.addTo(sums);
    for (int i = 0; i < 5; i++) {
      assertThat(sums[i]).isCloseTo(values[i + 1], within(2e-10f)).isNotZero();
      assertThat(sums[i] + left[i + 1]).isEqualTo(values[i + 1]);
    }
    assertThat(left[0]).isEqualTo(values[0]);
    assertThat(left[6]).isEqualTo(9);
  }

  @Test
  void largeAndSmallValuesAreHeldToo() {
    for (float value : new float[] {0, 1e30f, -3e38f, Float.MIN_NORMAL}) {
      float[] sums = new float[1];
      Packed.half(new float[] {value}, 0, 1).addTo(sums);
      assertThat(sums[0]).isCloseTo(value, within(Math.abs(value) / 1000));
    }
    float[] sums = new float[1];
    Packed.half(new float[] {Float.NaN}, 0, 1).addTo(sums);
    assertThat(sums[0]).isNaN();
  }
}
