package org.sotdl4j.app.report;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Curves with a title.
 *
 * @param title what is drawn
 * @param across what the curves go over, one of it, as {@code epoch}
 * @param number how a value is written
 * @param curves those without any value are left out
 */
public record Chart(String title, String across, NumberStyle number, List<Curve> curves) {

  /** What the page's script reads. */
  private record Drawing(String across, NumberStyle.Options number, List<Line> curves) {}

  /** Points are [x, y], with null for y where there is none. */
  private record Line(String name, String hue, List<Double[]> points) {

    static Line of(Curve curve) {
      return new Line(
          curve.name(),
          curve.hue(),
          curve.points().stream()
              .map(p -> new Double[] {p.x(), p.isDrawn() ? p.y() : null})
              .toList());
    }
  }

  /** The figure; nothing where no curve has a value. */
  String html() {
    List<Line> lines = drawn().stream().map(Line::of).toList();
    return lines.isEmpty()
        ? ""
        : """
        <figure class="chart">
        <figcaption><strong>%s</strong></figcaption>
        <div><canvas role="img" aria-label="%s" data-chart="%s"></canvas></div>
        </figure>
        """
            .formatted(
                title,
                title + " over each " + across,
                Html.escape(
                    JsonMapper.shared()
                        .writeValueAsString(new Drawing(across, number.options(), lines))));
  }

  /** The curves that have a value. */
  List<Curve> drawn() {
    return curves.stream().filter(Curve::isDrawn).toList();
  }

  /** Where those are in a picture. */
  Plot plot() {
    return Plot.of(drawn());
  }
}
