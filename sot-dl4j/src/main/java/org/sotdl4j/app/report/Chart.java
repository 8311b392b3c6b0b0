package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Curves over the epochs, with a title and a legend.
 *
 * @param title what is drawn
 * @param number how a value is written
 * @param curves those without any value are left out
 */
record Chart(String title, DoubleFunction<String> number, List<Curve> curves) {

  /** The figure; nothing where no curve has a value. */
  String html(List<EpochMetrics> epochs) {
    List<Curve> drawn = drawn(epochs);
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
                Plot.of(epochs, drawn, number).svg(title + " over the epochs"));
  }

  /** The curves that have a value. */
  List<Curve> drawn(List<EpochMetrics> epochs) {
    return curves.stream().filter(c -> epochs.stream().anyMatch(c::isAt)).toList();
  }

  private static String key(Curve curve) {
    return "<span class=\"key %s\">%s</span> ".formatted(curve.hue(), curve.name());
  }
}
