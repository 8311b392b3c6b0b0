package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How the training went: the best numbers, curves, and a table of all epochs. */
record EpochsSection(List<EpochMetrics> epochs, List<StepLoss> steps) {

  private static final String EPOCH = "epoch";

  List<Chart> charts() {
    return List.of(
        new Chart(
            "Loss",
            EPOCH,
            loss -> Numbers.format("0.####", loss),
            List.of(
                curve("training", "train", EpochMetrics::trainLoss),
                curve("validation", "val", EpochMetrics::valLoss))),
        new Chart(
            "Accuracy",
            EPOCH,
            Numbers::shortPercent,
            List.of(
                curve("training top-1", "train", EpochMetrics::trainTop1),
                curve("validation top-1", "val", EpochMetrics::valTop1),
                curve("validation top-5", "top5", EpochMetrics::valTop5))),
        new Chart(
            "Learning rate",
            EPOCH,
            Numbers::learningRate,
            List.of(curve("end of epoch", "rate", EpochMetrics::learningRate))),
        new Chart(
            "Throughput",
            EPOCH,
            Numbers::whole,
            List.of(curve("training images/s", "train", EpochMetrics::imagesPerSecond))),
        new Chart(
            "Gradient norm",
            EPOCH,
            norm -> Numbers.format("0.###", norm),
            List.of(curve("mean of the steps", "train", EpochMetrics::gradientNorm))),
        new Chart(
            "Loss of each step",
            "step",
            loss -> Numbers.format("0.####", loss),
            List.of(ofSteps("training", "train"))));
  }

  private Curve ofSteps(String name, String hue) {
    return new Curve(
            name, hue, steps.stream().map(s -> new Curve.Point(s.step(), s.loss())).toList())
        .thinned();
  }

  private Curve curve(String name, String hue, ToDoubleFunction<EpochMetrics> value) {
    return Curve.of(name, hue, epochs, value);
  }

  String headline() {
    if (epochs.isEmpty()) {
      return "<p class=\"note\">No epoch was finished.</p>\n";
    }
    double speed =
        epochs.stream().mapToDouble(EpochMetrics::imagesPerSecond).average().orElseThrow();
    double seconds = epochs.stream().mapToDouble(EpochMetrics::seconds).sum();
    return Html.headline(
        best("Best top-1", EpochMetrics::valTop1),
        best("Best top-5", EpochMetrics::valTop5),
        Html.tile("Epochs", Numbers.count(epochs.size()), ""),
        Html.tile(
            "Time",
            Numbers.duration(seconds),
            Double.isNaN(speed) ? "" : Numbers.whole(speed) + " images/s in training"));
  }

  private String best(String name, ToDoubleFunction<EpochMetrics> accuracy) {
    Optional<EpochMetrics> best =
        epochs.stream()
            .filter(e -> !Double.isNaN(accuracy.applyAsDouble(e)))
            .max(Comparator.comparingDouble(accuracy));
    return Html.tile(
        name,
        best.map(e -> Numbers.exactPercent(accuracy.applyAsDouble(e))).orElse("–"),
        best.map(e -> "validation, epoch " + e.epoch()).orElse("not measured"));
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
        .formatted(charts().stream().map(Chart::html).collect(joining()), table());
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
            "gradient norm",
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
                    Numbers.format("0.###", e.gradientNorm()),
                    Numbers.whole(e.imagesPerSecond()),
                    Numbers.duration(e.seconds()))));
  }
}
