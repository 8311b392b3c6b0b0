package org.sotdl4j.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.sotdl4j.app.report.ConfusionMatrix;
import org.sotdl4j.app.train.Evaluator;

/**
 * What the results file of {@code eval} holds; accuracies are fractions.
 *
 * @param classes each class by itself, in the order of the data's
 * @param confusion counts: a row a true class, a column an answered one
 */
record EvalResults(
    String model,
    String checkpoint,
    long count,
    double top1,
    double top5,
    double loss,
    double imagesPerSecond,
    List<OfClass> classes,
    List<List<Long>> confusion) {

  /**
   * A class by itself.
   *
   * @param pictures that are of it
   * @param recall the part of them that was found; null where there are none
   * @param precision the part of its answers that is right; null where it was never answered
   */
  record OfClass(String name, long pictures, Double recall, Double precision) {}

  static EvalResults of(
      String model,
      String checkpoint,
      Evaluator.Result result,
      double seconds,
      List<String> names) {
    ConfusionMatrix confusion = result.confusion();
    List<OfClass> classes = new ArrayList<>();
    List<List<Long>> counts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      classes.add(
          new OfClass(
              names.get(i),
              confusion.truths(i),
              orNull(confusion.recall(i)),
              orNull(confusion.precision(i))));
      int truth = i;
      counts.add(
          IntStream.range(0, names.size()).mapToObj(j -> confusion.count(truth, j)).toList());
    }
    return new EvalResults(
        model,
        checkpoint,
        result.count(),
        result.top1(),
        result.top5(),
        result.loss(),
        result.count() / seconds,
        classes,
        counts);
  }

  private static Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** A line a class, for people. */
  String table() {
    int width = classes.stream().mapToInt(c -> c.name().length()).max().orElseThrow();
    StringBuilder table = new StringBuilder();
    for (OfClass c : classes) {
      table.append(
          String.format(
              Locale.ROOT,
              "  %-" + width + "s %,8d pictures  recall %s  precision %s%n",
              c.name(),
              c.pictures(),
              percent(c.recall()),
              percent(c.precision())));
    }
    return table.toString();
  }

  private static String percent(Double part) {
    return part == null ? "      -" : String.format(Locale.ROOT, "%5.1f %%", 100 * part);
  }

  /** A row a class: its figures, then how often its pictures were taken for each class. */
  String csv() {
    StringBuilder csv = new StringBuilder("class,pictures,recall,precision");
    classes.forEach(c -> csv.append(',').append(quoted("as " + c.name())));
    csv.append('\n');
    for (int i = 0; i < classes.size(); i++) {
      OfClass c = classes.get(i);
      csv.append(quoted(c.name())).append(',').append(c.pictures());
      csv.append(',').append(c.recall() == null ? "" : c.recall());
      csv.append(',').append(c.precision() == null ? "" : c.precision());
      confusion.get(i).forEach(count -> csv.append(',').append(count));
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return text.matches("[\\w .-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
