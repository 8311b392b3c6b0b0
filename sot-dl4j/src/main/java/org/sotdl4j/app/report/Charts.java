package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** Charts of a page, which Chart.js draws in the browser. */
public final class Charts {

  private static final String WEBJAR = "/META-INF/%s/chart.js/%s";

  private Charts() {}

  /** The charts side by side. */
  public static String html(List<Chart> charts) {
    return """
    <noscript><p class="note">The charts are drawn by a script of this page, and scripts are off.</p></noscript>
    <div class="charts">
    %s</div>
    """
        .formatted(charts.stream().map(Chart::html).collect(joining()));
  }

  /** Chart.js and our use of it, to stand below the charts; nothing where there are none. */
  static String scripts(String sections) throws IOException {
    return sections.contains("<canvas ")
        ? "<script>//<![CDATA[\n%s\n%s//]]></script>\n".formatted(library(), text("charts.js"))
        : "";
  }

  /** Without the address of its source map, which a browser would look for. */
  private static String library() throws IOException {
    var properties = new Properties();
    try (InputStream in =
        Charts.class.getResourceAsStream(
            WEBJAR.formatted("maven/org.webjars.npm", "pom.properties"))) {
      properties.load(in);
    }
    String file = properties.getProperty("version") + "/dist/chart.umd.min.js";
    return text(WEBJAR.formatted("resources/webjars", file))
        .replaceFirst("//# sourceMappingURL=.*", "");
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = Charts.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
