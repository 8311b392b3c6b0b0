package org.sotdl4j.app.report;

import java.util.function.ToDoubleFunction;

/**
 * One line of a chart over the epochs.
 *
 * @param name for the legend
 * @param hue of the line
 * @param value NaN where there is none
 */
record Curve(String name, Hue hue, ToDoubleFunction<EpochMetrics> value) {

  /** What can be drawn: a loss that overflowed is left out too. */
  double at(EpochMetrics epoch) {
    double v = value.applyAsDouble(epoch);
    return Double.isFinite(v) ? v : Double.NaN;
  }
}
