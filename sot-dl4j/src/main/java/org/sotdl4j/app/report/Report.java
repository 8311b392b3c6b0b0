package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The page {@code report.html} about a training run. */
public final class Report {

  private Report() {}

  /**
   * Writes the page, and replaces an older one as a whole.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    var epochs = new EpochsSection(data.epochs(), data.steps());
    var examples = new ExamplesSection(data.right(), data.wrong());
    var confusion = new ConfusionSection(data.confusion(), data.classes());
    new Page(
            data.title(),
            data.modelName(),
            epochs.headline(),
            Page.section("Training", epochs.html())
                + Page.section("Right and wrong", examples.html())
                + Page.section("Which class is taken for which", confusion.html())
                + Page.section("Try next", commands(data.nextCommands()))
                + Page.section("This run", Html.facts(data.facts())))
        .write(file);
  }

  private static String commands(List<String> commands) {
    return commands.stream()
        .map(c -> "<div class=\"command\"><code>%s</code></div>\n".formatted(Html.escape(c)))
        .collect(joining());
  }
}
