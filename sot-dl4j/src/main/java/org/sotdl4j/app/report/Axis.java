package org.sotdl4j.app.report;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * An axis with ticks at round numbers.
 *
 * @param first its first tick, in steps
 * @param last its last tick, in steps
 * @param step between ticks: 1, 2 or 5 times a power of ten
 */
record Axis(long first, long last, double step) {

  /**
   * An axis that reaches over all values; equal ones are shown against zero.
   *
   * @param values finite, at least one
   * @param steps about so many at most
   */
  static Axis over(double[] values, int steps) {
    double least = DoubleStream.of(values).min().orElseThrow();
    double most = DoubleStream.of(values).max().orElseThrow();
    if (least == most) {
      most = least == 0 ? 1 : Math.max(most, 0);
      least = Math.min(least, 0);
    }
    double step = round((most - least) / steps);
    return new Axis((long) Math.floor(least / step), (long) Math.ceil(most / step), step);
  }

  /** The next round number that is not smaller. */
  static double round(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    return DoubleStream.of(1, 2, 5)
        .map(digit -> digit * power)
        .filter(round -> round >= value)
        .findFirst()
        .orElse(10 * power);
  }

  DoubleStream ticks() {
    return LongStream.rangeClosed(first, last).mapToDouble(tick -> tick * step);
  }

  /** Where a value is on the axis: 0 at its beginning, 1 at its end. */
  double place(double value) {
    return (value / step - first) / (last - first);
  }
}
