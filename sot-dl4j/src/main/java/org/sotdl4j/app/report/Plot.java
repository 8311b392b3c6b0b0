package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sotdl4j.app.report.Curve.Point;

/**
 * The drawing of a {@link Chart} as SVG. Its colours are classes of the page's style, so that it
 * follows the page from light to dark.
 *
 * @param across what the curves go over
 * @param curves each with a value at least
 * @param first the least x of all
 * @param last the greatest x of all
 * @param vertical the axis of the values
 * @param number how a value is written
 */
record Plot(
    String across,
    List<Curve> curves,
    double first,
    double last,
    Axis vertical,
    DoubleFunction<String> number) {

  static final int WIDTH = 400;
  static final int HEIGHT = 240;

  /** The ends of the axes. */
  static final int LEFT = 46;

  static final int RIGHT = WIDTH - 16;
  private static final int TOP = 8;
  private static final int BOTTOM = HEIGHT - 28;

  /** With more of them the points of a curve would touch, and it is smoothed. */
  private static final int MOST_POINTS = 40;

  static Plot of(String across, List<Curve> curves, DoubleFunction<String> number) {
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
    return new Plot(across, curves, x.getMin(), x.getMax(), Axis.over(values, 5), number);
  }

  String svg(String description) {
    return """
    <svg viewBox="0 0 %s %s" role="img" aria-label="%s">
    %s%s%s</svg>
    """
        .formatted(WIDTH, HEIGHT, description, rows(), columns(), lines());
  }

  /** Grid lines with their values. */
  private String rows() {
    return vertical
        .ticks()
        .mapToObj(value ->
            "<path class=\"grid\" d=\"M%s %sH%s\"/><text class=\"row\" x=\"%s\" y=\"%s\">%s</text>\n"
                .formatted(
                    LEFT, pixels(y(value)), RIGHT, LEFT - 8, pixels(y(value)), number.apply(value)))
        .collect(joining());
  }

  private String columns() {
    return ticks()
        .mapToObj(x ->
            "<text class=\"column\" x=\"%s\" y=\"%s\">%s</text>\n"
                .formatted(pixels(x(x)), HEIGHT - 8, x))
        .collect(joining());
  }

  /** Whole numbers below the lines, or every second, fifth, tenth and so on. */
  IntStream ticks() {
    int step = (int) Math.max(1, Axis.round((last - first) / 8));
    return IntStream.rangeClosed((int) first, (int) last).filter(x -> x % step == 0);
  }

  private String lines() {
    return curves.stream()
        .map(c -> "<g class=\"%s\">\n%s</g>\n".formatted(c.hue(), lines(c)))
        .collect(joining());
  }

  /** Few values with their points, many smoothed with the values themselves faintly behind. */
  private String lines(Curve curve) {
    return curve.points().size() > MOST_POINTS
        ? line(
                curve,
                " class=\"raw\" data-kept=\"%s\"".formatted(Numbers.format("0.00", curve.kept())))
            + line(curve.smoothed(), "")
        : line(curve, "") + points(curve);
  }

  /** A line through the values, with a gap where there is none, and a dot between two gaps. */
  private String line(Curve curve, String style) {
    var path = new StringBuilder();
    boolean connected = false;
    for (Point point : curve.points()) {
      if (point.isDrawn()) {
        path.append(connected ? "L" : "M")
            .append(pixels(x(point.x())))
            .append(' ')
            .append(pixels(y(point.y())))
            .append(connected ? "" : "h0");
      }
      connected = point.isDrawn();
    }
    return "<path%s d=\"%s\"/>\n".formatted(style, path);
  }

  private String points(Curve curve) {
    return curve.points().stream()
        .filter(Point::isDrawn)
        .map(p ->
            "<circle cx=\"%s\" cy=\"%s\" r=\"2.5\"><title>%s %s: %s</title></circle>\n"
                .formatted(
                    pixels(x(p.x())),
                    pixels(y(p.y())),
                    across,
                    Math.round(p.x()),
                    number.apply(p.y())))
        .collect(joining());
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

  private static String pixels(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
