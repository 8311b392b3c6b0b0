package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How the training went: the best numbers, curves, and a table of all epochs. */
record EpochsSection(List<EpochMetrics> epochs) {

  static final List<Chart> CHARTS =
      List.of(
          new Chart(
              "Loss",
              loss -> Numbers.format("0.####", loss),
              List.of(
                  new Curve("training", "train", EpochMetrics::trainLoss),
                  new Curve("validation", "val", EpochMetrics::valLoss))),
          new Chart(
              "Accuracy",
              Numbers::shortPercent,
              List.of(
                  new Curve("training top-1", "train", EpochMetrics::trainTop1),
                  new Curve("validation top-1", "val", EpochMetrics::valTop1),
                  new Curve("validation top-5", "top5", EpochMetrics::valTop5))),
          new Chart(
              "Learning rate",
              Numbers::learningRate,
              List.of(new Curve("end of epoch", "rate", EpochMetrics::learningRate))));

  String headline() {
    if (epochs.isEmpty()) {
      return "<p class=\"note\">No epoch was finished.</p>\n";
    }
    double speed =
        epochs.stream().mapToDouble(EpochMetrics::imagesPerSecond).average().orElseThrow();
    double seconds = epochs.stream().mapToDouble(EpochMetrics::seconds).sum();
    return "<dl class=\"headline\">\n"
        + best("Best top-1", EpochMetrics::valTop1)
        + best("Best top-5", EpochMetrics::valTop5)
        + tile("Epochs", Numbers.count(epochs.size()), "")
        + tile(
            "Time",
            Numbers.duration(seconds),
            Double.isNaN(speed) ? "" : Numbers.whole(speed) + " images/s in training")
        + "</dl>\n";
  }

  private String best(String name, ToDoubleFunction<EpochMetrics> accuracy) {
    Optional<EpochMetrics> best =
        epochs.stream()
            .filter(e -> !Double.isNaN(accuracy.applyAsDouble(e)))
            .max(Comparator.comparingDouble(accuracy));
    return tile(
        name,
        best.map(e -> Numbers.exactPercent(accuracy.applyAsDouble(e))).orElse("–"),
        best.map(e -> "validation, epoch " + e.epoch()).orElse("not measured"));
  }

  private static String tile(String name, String value, String remark) {
    return "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n".formatted(name, value, remark);
  }

  /** Curves and, folded, the table; nothing without an epoch. */
  String html() {
    if (epochs.isEmpty()) {
      return "";
    }
    return """
    <div class="charts">
    %s</div>
    <details><summary>All epochs in numbers</summary>
    %s</details>
    """
        .formatted(CHARTS.stream().map(chart -> chart.html(epochs)).collect(joining()), table());
  }

  private String table() {
    return Html.table(
        0,
        List.of(
            "epoch",
            "learning rate",
            "training loss",
            "training top-1",
            "validation loss",
            "validation top-1",
            "validation top-5",
            "images/s",
            "time"),
        epochs.stream()
            .map(e ->
                List.of(
                    Numbers.count(e.epoch()),
                    Numbers.learningRate(e.learningRate()),
                    Numbers.loss(e.trainLoss()),
                    Numbers.exactPercent(e.trainTop1()),
                    Numbers.loss(e.valLoss()),
                    Numbers.exactPercent(e.valTop1()),
                    Numbers.exactPercent(e.valTop5()),
                    Numbers.whole(e.imagesPerSecond()),
                    Numbers.duration(e.seconds()))));
  }
}
