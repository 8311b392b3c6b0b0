package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * The page {@code report.html} about a training run: one file with everything inside, for light and
 * dark screens of any width.
 */
public final class Report {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

  private Report() {}

  /**
   * Writes the page, and replaces an older one as a whole.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    var epochs = new EpochsSection(data.epochs());
    var examples = new ExamplesSection(data.right(), data.wrong());
    var confusion = new ConfusionSection(data.confusion(), data.classes());
    Map<String, String> parts =
        Map.of(
            "title", Html.escape(data.title()),
            "model", Html.escape(data.modelName()),
            "headline", epochs.headline(),
            "sections",
                section("Training", epochs.html())
                    + section("Right and wrong", examples.html())
                    + section("Which class is taken for which", confusion.html())
                    + section("Try next", commands(data.nextCommands()))
                    + section("This run", facts(data.facts())));
    AtomicFile.writeText(
        file,
        PLACEHOLDER
            .matcher(template())
            .replaceAll(part -> Matcher.quoteReplacement(parts.get(part.group(1)))));
  }

  private static String template() throws IOException {
    try (InputStream in = Report.class.getResourceAsStream("report.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Nothing where there is nothing to say. */
  private static String section(String heading, String content) {
    return content.isEmpty()
        ? ""
        : "<section>\n<h2>%s</h2>\n%s</section>\n".formatted(heading, content);
  }

  private static String commands(List<String> commands) {
    return commands.stream()
        .map(c -> "<div class=\"command\"><code>%s</code></div>\n".formatted(Html.escape(c)))
        .collect(joining());
  }

  private static String facts(SequencedMap<String, String> facts) {
    return facts.isEmpty()
        ? ""
        : facts.sequencedEntrySet().stream()
            .map(fact ->
                "<div><dt>%s</dt><dd>%s</dd></div>\n"
                    .formatted(Html.escape(fact.getKey()), Html.escape(fact.getValue())))
            .collect(joining("", "<dl class=\"facts\">\n", "</dl>\n"));
  }
}
