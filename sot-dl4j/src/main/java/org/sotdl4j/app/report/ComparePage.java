package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several runs on one page: results, curves, and the options in which they differ.
 *
 * @param runs two at least
 */
public record ComparePage(List<RunSummary> runs) {

  /** The colours that the page's style has for runs; further runs share them. */
  private static final int HUES = 6;

  /** Writes the page, and replaces an older one as a whole. */
  public void write(Path file) throws IOException {
    new Page(
            "Comparison",
            runs.size() + " runs",
            "",
            Page.section("Results", results())
                + Page.section("Training", charts())
                + Page.section("Options that differ", differences()))
        .write(file);
  }

  private String results() {
    return Html.table(
        2,
        List.of(
            "run",
            "model",
            "best top-1",
            "its top-5",
            "its loss",
            "of epoch",
            "epochs",
            "images/s",
            "time"),
        runs.stream()
            .map(run ->
                List.of(
                    run.name(),
                    run.model(),
                    Numbers.exactPercent(run.best().valTop1()),
                    Numbers.exactPercent(run.best().valTop5()),
                    Numbers.loss(run.best().valLoss()),
                    Numbers.count(run.best().epoch()),
                    Numbers.count(run.epochs().size()),
                    Numbers.whole(run.imagesPerSecond()),
                    Numbers.duration(run.seconds()))));
  }

  private String charts() {
    return Stream.of(
            chart("Validation top-1", Numbers::shortPercent, EpochMetrics::valTop1),
            chart("Validation loss", ComparePage::number, EpochMetrics::valLoss),
            chart("Training loss", ComparePage::number, EpochMetrics::trainLoss),
            chart("Learning rate", Numbers::learningRate, EpochMetrics::learningRate),
            chart("Gradient norm", ComparePage::number, EpochMetrics::gradientNorm),
            chart("Training images/s", Numbers::whole, EpochMetrics::imagesPerSecond))
        .map(Chart::html)
        .collect(joining("", "<div class=\"charts\">\n", "</div>\n"));
  }

  private static String number(double value) {
    return Numbers.format("0.####", value);
  }

  private Chart chart(
      String title, DoubleFunction<String> number, ToDoubleFunction<EpochMetrics> value) {
    return new Chart(
        title,
        "epoch",
        number,
        IntStream.range(0, runs.size())
            .mapToObj(
                i -> Curve.of(runs.get(i).name(), "hue" + i % HUES, runs.get(i).epochs(), value))
            .toList());
  }

  private String differences() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.options().keySet()));
    List<List<String>> rows =
        names.stream()
            .filter(name -> runs.stream().map(run -> value(run, name)).distinct().count() > 1)
            .map(name -> {
              List<String> row = new ArrayList<>(List.of(name));
              runs.forEach(run -> row.add(value(run, name)));
              return row;
            })
            .toList();
    List<String> header = new ArrayList<>(List.of("option"));
    runs.forEach(run -> header.add(run.name()));
    return rows.isEmpty()
        ? "<p class=\"note\">None.</p>\n"
        : "<div class=\"wrapped\">\n"
            + Html.table(header.size(), header, rows.stream())
            + "</div>\n";
  }

  private static String value(RunSummary run, String name) {
    return run.options().getOrDefault(name, "–");
  }
}
