package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * The drawing of a {@link Chart} as SVG. Its colours are classes of the page's style, so that it
 * follows the page from light to dark.
 *
 * @param epochs E of them, at least one, in their order
 * @param curves each with a value at least
 * @param vertical the axis of the values
 * @param number how a value is written
 */
record Plot(
    List<EpochMetrics> epochs, List<Curve> curves, Axis vertical, DoubleFunction<String> number) {

  static final int WIDTH = 400;
  static final int HEIGHT = 240;

  /** The ends of the axes. */
  static final int LEFT = 46;

  static final int RIGHT = WIDTH - 16;
  private static final int TOP = 8;
  private static final int BOTTOM = HEIGHT - 28;

  /** With more epochs the points of a curve would touch. */
  private static final int MOST_POINTS = 40;

  static Plot of(List<EpochMetrics> epochs, List<Curve> curves, DoubleFunction<String> number) {
    double[] values =
        curves.stream()
            .flatMapToDouble(c -> epochs.stream().filter(c::isAt).mapToDouble(c::at))
            .toArray();
    return new Plot(epochs, curves, Axis.over(values, 5), number);
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
        .mapToObj(epoch ->
            "<text class=\"column\" x=\"%s\" y=\"%s\">%s</text>\n"
                .formatted(pixels(x(epoch)), HEIGHT - 8, epoch))
        .collect(joining());
  }

  /** The epochs below the lines, or every second, fifth, tenth and so on. */
  IntStream ticks() {
    int first = epochs.getFirst().epoch();
    int last = epochs.getLast().epoch();
    int step = (int) Math.max(1, Axis.round((last - first) / 8.0));
    return IntStream.rangeClosed(first, last).filter(epoch -> epoch % step == 0);
  }

  private String lines() {
    return curves.stream()
        .map(c -> "<g class=\"%s\">\n%s%s</g>\n".formatted(c.hue(), line(c), points(c)))
        .collect(joining());
  }

  /** A line through the values, with a gap where there is none, and a dot between two gaps. */
  private String line(Curve curve) {
    var path = new StringBuilder();
    boolean connected = false;
    for (EpochMetrics epoch : epochs) {
      if (curve.isAt(epoch)) {
        path.append(connected ? "L" : "M")
            .append(pixels(x(epoch.epoch())))
            .append(' ')
            .append(pixels(y(curve.at(epoch))))
            .append(connected ? "" : "h0");
      }
      connected = curve.isAt(epoch);
    }
    return "<path d=\"%s\"/>\n".formatted(path);
  }

  private String points(Curve curve) {
    if (epochs.size() > MOST_POINTS) {
      return "";
    }
    return epochs.stream()
        .filter(curve::isAt)
        .map(e ->
            "<circle cx=\"%s\" cy=\"%s\" r=\"2.5\"><title>epoch %s: %s</title></circle>\n"
                .formatted(
                    pixels(x(e.epoch())),
                    pixels(y(curve.at(e))),
                    e.epoch(),
                    number.apply(curve.at(e))))
        .collect(joining());
  }

  double x(int epoch) {
    int first = epochs.getFirst().epoch();
    int last = epochs.getLast().epoch();
    return between(LEFT, RIGHT, first == last ? 0.5 : (double) (epoch - first) / (last - first));
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
