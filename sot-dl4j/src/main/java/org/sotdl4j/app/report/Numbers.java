package org.sotdl4j.app.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as people read them; {@code –} where there is none. */
public final class Numbers {

  private static final String NONE = "–";

  private Numbers() {}

  /** A fraction, as {@code 91.27%}. */
  static String exactPercent(double fraction) {
    return format("0.00%", fraction);
  }

  /** A fraction, as {@code 91.3%}. */
  public static String percent(double fraction) {
    return format("0.0%", fraction);
  }

  /** A fraction as short as it goes, as {@code 90%} or {@code 92.5%}. */
  public static String shortPercent(double fraction) {
    return format("0.##%", fraction);
  }

  /** With four digits after the point. */
  static String loss(double loss) {
    return format("0.0000", loss);
  }

  /** As {@code 2.5e-4}. */
  static String learningRate(double rate) {
    return rate == 0 ? "0" : format("0.##E0", rate).toLowerCase(Locale.ROOT);
  }

  /** As {@code 60,000}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Rounded to an integer, as {@code 1,234}. */
  static String whole(double value) {
    return format("#,##0", value);
  }

  /** As {@code 12.3 s}, {@code 4 min 5 s} or {@code 2 h 10 min}. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return NONE;
    }
    if (seconds < 59.95) {
      return format("0.0", seconds) + " s";
    }
    long s = Math.round(seconds);
    return s < 3600
        ? "%s min %s s".formatted(s / 60, s % 60)
        : "%s h %s min".formatted(s / 3600, s % 3600 / 60);
  }

  /** By a pattern of {@link DecimalFormat}. */
  public static String format(String pattern, double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
  }
}
