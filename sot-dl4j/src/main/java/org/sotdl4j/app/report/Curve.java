package org.sotdl4j.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Gatherers;

/**
 * One line of a chart.
 *
 * @param name for the legend
 * @param hue the name of its colour in the page's style
 * @param points from left to right
 */
public record Curve(String name, String hue, List<Point> points) {

  /** More would be narrower than a pixel. */
  private static final int MOST_POINTS = 800;

  /** The share of the points that a smoothed value is about the mean of. */
  private static final double WINDOW = 0.04;

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

  /** The same with few points, each the mean of as many neighbours. */
  Curve thinned() {
    int together = Math.ceilDiv(points.size(), MOST_POINTS);
    return new Curve(
        name,
        hue,
        points.stream()
            .gather(Gatherers.windowFixed(Math.max(1, together)))
            .map(some -> new Point(some.getLast().x, mean(some)))
            .toList());
  }

  private static double mean(List<Point> points) {
    return points.stream()
        .filter(Point::isDrawn)
        .mapToDouble(Point::y)
        .average()
        .orElse(Double.NaN);
  }

  /** How much of a value's weight the one before it has in {@link #smoothed}. */
  double kept() {
    return 1 - 1 / Math.max(2, WINDOW * points.size());
  }

  /** The same as a running mean, in which each value counts {@link #kept} of the one after it. */
  Curve smoothed() {
    double kept = kept();
    List<Point> smooth = new ArrayList<>();
    double sum = 0;
    double weight = 0;
    for (Point point : points) {
      if (point.isDrawn()) {
        sum = kept * sum + point.y;
        weight = kept * weight + 1;
      }
      smooth.add(new Point(point.x, point.isDrawn() ? sum / weight : Double.NaN));
    }
    return new Curve(name, hue, smooth);
  }
}
