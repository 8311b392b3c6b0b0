package org.sotdl4j.app.report;

import java.util.function.ToDoubleFunction;

/**
 * One line of a chart over the epochs.
 *
 * @param name for the legend
 * @param hue the name of its colour in the page's style
 * @param value what is drawn; NaN where there is none
 */
record Curve(String name, String hue, ToDoubleFunction<EpochMetrics> value) {

  /** A loss that overflowed has no place on the chart either. */
  boolean isAt(EpochMetrics epoch) {
    return Double.isFinite(at(epoch));
  }

  double at(EpochMetrics epoch) {
    return value.applyAsDouble(epoch);
  }
}
