package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @Test
  void numbersAsPeopleReadThem() {
    assertThat(Numbers.exactPercent(0.91266)).isEqualTo("91.27%");
    assertThat(Numbers.percent(0.91266)).isEqualTo("91.3%");
    assertThat(Numbers.shortPercent(0.9)).isEqualTo("90%");
    assertThat(Numbers.shortPercent(0.925)).isEqualTo("92.5%");
    assertThat(Numbers.loss(0.34567)).isEqualTo("0.3457");
    assertThat(Numbers.learningRate(0.00025)).isEqualTo("2.5e-4");
    assertThat(Numbers.learningRate(0)).isEqualTo("0");
    assertThat(Numbers.count(60000)).isEqualTo("60,000");
    assertThat(Numbers.whole(1234.5678)).isEqualTo("1,235");
  }

  @ParameterizedTest
  @CsvSource({
    "0.04, 0.0 s",
    "37.42, 37.4 s",
    "59.96, 1 min 0 s",
    "245, 4 min 5 s",
    "3599.6, 1 h 0 min",
    "7800, 2 h 10 min",
    "NaN, –",
  })
  void durations(double seconds, String expected) {
    assertThat(Numbers.duration(seconds)).isEqualTo(expected);
  }

  @Test
  void whatIsNotMeasuredIsADash() {
    assertThat(Numbers.exactPercent(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.learningRate(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.loss(Double.POSITIVE_INFINITY)).isEqualTo("∞");
  }

  @Test
  void theLanguageOfTheMachineDoesNotMatter() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(Numbers.duration(245)).isEqualTo("4 min 5 s");
      assertThat(Numbers.count(60000)).isEqualTo("60,000");
      assertThat(Numbers.percent(0.5)).isEqualTo("50.0%");
    } finally {
      Locale.setDefault(before);
    }
  }
}
