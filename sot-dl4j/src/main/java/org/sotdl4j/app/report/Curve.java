package org.sotdl4j.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One line of a chart.
 *
 * @param name for the legend
 * @param hue the name of its colour in the page's style
 * @param points from left to right
 */
public record Curve(String name, String hue, List<Point> points) {

  private static final double KEPT = 0.8;

  /**
   * A point of the line.
   *
   * @param y what is drawn; NaN where there is none. A loss that overflowed has no place on the
   *     chart either
   */
  public record Point(double x, double y) {

    boolean isDrawn() {
      return Double.isFinite(y);
    }
  }

  /** A line over the epochs. */
  static Curve of(
      String name, String hue, List<EpochMetrics> epochs, ToDoubleFunction<EpochMetrics> value) {
    return new Curve(
        name, hue, epochs.stream().map(e -> new Point(e.epoch(), value.applyAsDouble(e))).toList());
  }

  boolean isDrawn() {
    return points.stream().anyMatch(Point::isDrawn);
  }

  /** The same as a running mean, in which each value counts four fifths of the one after it. */
  Curve smoothed() {
    List<Point> smooth = new ArrayList<>();
    double sum = 0;
    double weight = 0;
    for (Point point : points) {
      if (point.isDrawn()) {
        sum = KEPT * sum + point.y;
        weight = KEPT * weight + 1;
      }
      smooth.add(new Point(point.x, point.isDrawn() ? sum / weight : Double.NaN));
    }
    return new Curve(name, hue, smooth);
  }
}
