package org.sotdl4j.app.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sotdl4j.app.report.Curve.Point;

/**
 * Where the curves of a {@link Chart} are in a picture.
 *
 * @param curves each with a value at least
 * @param first the least x of all
 * @param last the greatest x of all
 * @param vertical the axis of the values
 */
record Plot(List<Curve> curves, double first, double last, Axis vertical) {

  static final int WIDTH = 400;
  static final int HEIGHT = 240;

  /** The ends of the axes. */
  static final int LEFT = 46;

  static final int RIGHT = WIDTH - 16;
  private static final int TOP = 8;
  private static final int BOTTOM = HEIGHT - 28;

  static Plot of(List<Curve> curves) {
    double[] values =
        curves.stream()
            .flatMap(c -> c.points().stream())
            .filter(Point::isDrawn)
            .mapToDouble(Point::y)
            .toArray();
    DoubleSummaryStatistics x =
        curves.stream()
            .flatMap(c -> c.points().stream())
            .collect(Collectors.summarizingDouble(Point::x));
    return new Plot(curves, x.getMin(), x.getMax(), Axis.over(values, 5));
  }

  /** Whole numbers below the lines, or every second, fifth, tenth and so on. */
  IntStream ticks() {
    int step = (int) Math.max(1, Axis.round((last - first) / 8));
    return IntStream.rangeClosed((int) first, (int) last).filter(x -> x % step == 0);
  }

  double x(double x) {
    return between(LEFT, RIGHT, first == last ? 0.5 : (x - first) / (last - first));
  }

  double y(double value) {
    return between(BOTTOM, TOP, vertical.place(value));
  }

  private static double between(int from, int to, double place) {
    return from + (to - from) * place;
  }
}
