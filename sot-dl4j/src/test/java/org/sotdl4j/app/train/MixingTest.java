package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.MixingConfig.Mode;
import org.sotdl4j.layers.CounterRandom;

class MixingTest {

  private static final int BATCH = 5;
  private static final int SIDE = 8;

  /** Picture i has the value 2^i everywhere. */
  private static INDArray images() {
    INDArray images = Nd4j.create(DataType.FLOAT, BATCH, 3, SIDE, SIDE);
    for (int i = 0; i < BATCH; i++) {
      images.tensorAlongDimension(i, 1, 2, 3).assign(1 << i);
    }
    return images;
  }

  private static Mixing mix(MixingConfig config, long seed) {
    return Mixing.of(images(), config, new CounterRandom(seed));
  }

  private static double own(int i) {
    return 1 << i;
  }

  private static double other(int i) {
    return 1 << (BATCH - 1 - i);
  }

  /** Whatever is mixed, a picture's mean tells the share that is its own. */
  @ParameterizedTest
  @EnumSource
  void theLambdasAreWhatThePicturesKeep(Mode mode) {
    var config = new MixingConfig(0.8, 1, null, 0.9, 0.5, mode, 0);
    for (int seed = 0; seed < 50; seed++) {
      Mixing mixing = mix(config, seed);
      for (int i = 0; i < BATCH; i++) {
        double lambda = mixing.lambdas()[i];
        assertThat(lambda).isBetween(0.0, 1.0);
        INDArray picture = mixing.images().tensorAlongDimension(i, 1, 2, 3);
        double mean = picture.castTo(DataType.DOUBLE).meanNumber().doubleValue();
        assertThat(mean).isEqualTo(lambda * own(i) + (1 - lambda) * other(i), within(1e-5));
      }
    }
  }

  @Test
  void theModesSayWhatIsMixedAlike() {
    double[] batch = mix(new MixingConfig(1, 0, null, 1, 0, Mode.BATCH, 0), 3).lambdas();
    assertThat(Arrays.stream(batch).distinct().count()).isEqualTo(1);
    double[] pair = mix(new MixingConfig(1, 0, null, 1, 0, Mode.PAIR, 0), 3).lambdas();
    assertThat(pair[0]).isEqualTo(pair[4]).isNotEqualTo(pair[1]);
    assertThat(pair[1]).isEqualTo(pair[3]);
    assertThat(pair[2]).isEqualTo(1);
    double[] elem = mix(new MixingConfig(1, 0, null, 1, 0, Mode.ELEM, 0), 3).lambdas();
    assertThat(Arrays.stream(elem).distinct().count()).isEqualTo(BATCH);
  }

  @Test
  void boxesBetweenBoundsLieWithinThePicture() {
    var bounds = new MixingConfig.MinMax(0.25, 0.75);
    for (int seed = 0; seed < 100; seed++) {
      double kept = mix(new MixingConfig(0, 0, bounds, 1, 0, Mode.BATCH, 0), seed).lambdas()[0];
      // Sides from 2 to 5 of 8.
      assertThat((1 - kept) * SIDE * SIDE).isBetween(4.0, 25.0);
    }
  }

  @Test
  void nothingIsMixedFromAnEpochOnOrWithProbabilityZero() {
    var config = new MixingConfig(1, 0, null, 0, 0, Mode.ELEM, 7);
    assertThat(config.isOn(6)).isTrue();
    assertThat(config.isOn(7)).isFalse();
    Mixing mixing = mix(config, 1);
    assertThat(mixing.lambdas()).containsOnly(1);
    assertThat(mixing.images()).isEqualTo(images());
  }

  /** Mean 1/2 and variance 1 / (4 (2 alpha + 1)). */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.8, 1, 3})
  void theSharesHaveTheMomentsOfTheBetaDistribution(double alpha) {
    CounterRandom random = new CounterRandom(11);
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = BetaDistribution.draw(alpha, random) - 0.5;
      sum += x;
      squares += x * x;
    }
    assertThat(sum / n).isEqualTo(0, within(0.006));
    assertThat(squares / n).isEqualTo(1 / (4 * (2 * alpha + 1)), within(0.003));
  }
}
