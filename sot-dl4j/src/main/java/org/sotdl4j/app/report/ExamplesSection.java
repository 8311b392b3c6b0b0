package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.sotdl4j.datasets.Picture;

/** Some validation pictures with the model's answers. */
record ExamplesSection(List<Example> right, List<Example> wrong) {

  /** A narrower picture is magnified to squares instead of a blur. */
  private static final int SMALL = 96;

  String html() {
    if (right.isEmpty() && wrong.isEmpty()) {
      return "";
    }
    return "<p class=\"note\">The most certain answers; below each picture what the model looked at.</p>\n"
        + group("Right", right)
        + group("Wrong", wrong);
  }

  private static String group(String title, List<Example> examples) {
    return "<h3>%s</h3>\n".formatted(title)
        + (examples.isEmpty()
            ? "<p class=\"note\">None to show.</p>\n"
            : examples.stream()
                .map(ExamplesSection::figure)
                .collect(joining("", "<div class=\"pictures\">\n", "</div>\n")));
  }

  private static String figure(Example e) {
    Picture picture = e.picture();
    return """
    <figure><img%s src="%s" alt=""/><img src="%s" alt=""/><figcaption><strong>%s</strong><small>%s</small><small>truth: %s</small></figcaption></figure>
    """
        .formatted(
            picture.width() < SMALL ? " class=\"small\"" : "",
            Png.address(picture),
            Png.address(e.map()),
            Html.escape(e.predicted()),
            Numbers.percent(e.probability()),
            Html.escape(e.truth()));
  }
}
