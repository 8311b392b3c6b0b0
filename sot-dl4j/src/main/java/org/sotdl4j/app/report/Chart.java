package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Curves with a title and a legend.
 *
 * @param title what is drawn
 * @param across what the curves go over, one of it, as {@code epoch}
 * @param number how a value is written
 * @param curves those without any value are left out
 */
public record Chart(
    String title, String across, DoubleFunction<String> number, List<Curve> curves) {

  /** The figure; nothing where no curve has a value. */
  public String html() {
    List<Curve> drawn = drawn();
    return drawn.isEmpty()
        ? ""
        : """
        <figure class="chart">
        <figcaption><strong>%s</strong>%s</figcaption>
        %s</figure>
        """
            .formatted(
                title,
                drawn.stream().map(Chart::key).collect(joining()),
                plot().svg(title + " over each " + across));
  }

  /** The curves that have a value. */
  List<Curve> drawn() {
    return curves.stream().filter(Curve::isDrawn).toList();
  }

  /** The drawing of those. */
  Plot plot() {
    return Plot.of(across, drawn(), number);
  }

  private static String key(Curve curve) {
    return "<span class=\"key %s\">%s</span> ".formatted(curve.hue(), Html.escape(curve.name()));
  }
}
