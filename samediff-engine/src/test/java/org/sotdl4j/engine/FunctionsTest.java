package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {

  private static final double ULP = 0x1p-24;

  private static float one(Lanes function, float x, float y) {
    return function.apply(vector(x), vector(y), vector(0)).lane(0);
  }

  private static FloatVector vector(float x) {
    return FloatVector.broadcast(Functions.SPECIES, x);
  }

  private static float exp(float x) {
    return one(Functions.EXP, x, 0);
  }

  private static float erf(float x) {
    return one(Functions.ERF, x, exp(one(Functions.LOG_ERFC, x, 0)));
  }

  /** Integrates e^(-t^2) by Simpson's rule: independent of the polynomials, good to 1e-13. */
  private static double erfByIntegration(double x) {
    int n = 2000;
    double h = x / n;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < n; i++) {
      double t = i * h;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  /** A function of single floats. */
  @FunctionalInterface
  private interface FloatFunction {
    float of(float x);
  }

  /** The largest relative error at evenly spaced points. */
  private static double worst(
      float from, float to, int steps, FloatFunction function, DoubleUnaryOperator truth) {
    double worst = 0;
    for (int i = 0; i <= steps; i++) {
      float x = from + (to - from) * i / steps;
      double expected = truth.applyAsDouble(x);
      worst = Math.max(worst, Math.abs(function.of(x) - expected) / Math.abs(expected));
    }
    return worst;
  }

  @Test
  void expIsGoodToTheLastBit() {
    assertThat(worst(-87, 88, 50_000, FunctionsTest::exp, Math::exp)).isLessThan(2.1 * ULP);
    assertThat(worst(-0.5f, 0.5f, 50_000, FunctionsTest::exp, Math::exp)).isLessThan(2.1 * ULP);
  }

  @Test
  void erfIsGoodToTheLastBit() {
    assertThat(worst(1e-3f, 5, 4999, FunctionsTest::erf, FunctionsTest::erfByIntegration))
        .isLessThan(2.1 * ULP);
  }

  /** Values from the tables of Abramowitz and Stegun, 7.1. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5204998778",
    "1, 0.8427007929",
    "1.5, 0.9661051465",
    "2, 0.9953222650",
    "-1, -0.8427007929",
    "-0.5, -0.5204998778"
  })
  void erfOfTheTables(float x, double expected) {
    assertThat((double) erf(x)).isCloseTo(expected, within(6e-8));
  }

  @Test
  void extremes() {
    assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(exp(Float.POSITIVE_INFINITY)).isInfinite();
    assertThat(exp(Float.NaN)).isNaN();
    assertThat(exp(0)).isOne();
    assertThat(exp(-0f)).isOne();
    assertThat(exp(88.7f)).isFinite();
    assertThat(exp(88.8f)).isInfinite();
    assertThat(exp(-100)).isEqualTo((float) Math.exp(-100)); // a subnormal number
    assertThat(exp(-104)).isZero();
    assertThat(erf(Float.NEGATIVE_INFINITY)).isEqualTo(-1);
    assertThat(erf(Float.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(erf(Float.NaN)).isNaN();
    assertThat(erf(0)).isZero();
    assertThat(1 / erf(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(erf(1e-30f)).isCloseTo(1.1283792e-30f, within(1.3e-37f));
    assertThat(erf(4)).isEqualTo(1);
  }
}
