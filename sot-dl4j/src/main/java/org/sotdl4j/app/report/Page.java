package org.sotdl4j.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * A page in one file with everything inside, for light and dark screens of any width.
 *
 * @param subject what it is about, text
 * @param heading text
 * @param headline what comes below the heading, HTML
 * @param sections the rest, HTML
 */
public record Page(String subject, String heading, String headline, String sections) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

  /** A part of the page; nothing where there is nothing to say. */
  public static String section(String heading, String content) {
    return content.isEmpty()
        ? ""
        : "<section>\n<h2>%s</h2>\n%s</section>\n".formatted(heading, content);
  }

  /**
   * Writes the page, and replaces an older one as a whole.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.writeText(file, html());
  }

  /** The page as HTML that is well-formed XML too. */
  public String html() throws IOException {
    Map<String, String> parts =
        Map.of(
            "subject",
            Html.escape(subject),
            "heading",
            Html.escape(heading),
            "headline",
            headline,
            "sections",
            sections,
            "scripts",
            Charts.scripts(sections));
    return PLACEHOLDER
        .matcher(template())
        .replaceAll(part -> Matcher.quoteReplacement(parts.get(part.group(1))));
  }

  private static String template() throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
