package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Which class is taken for which: the whole matrix where it fits on a page, else the most frequent
 * mistakes; and the results of each class.
 */
record ConfusionSection(ConfusionMatrix matrix, List<String> classes) {

  private static final int LARGEST_GRID = 30;
  private static final int MOST_PAIRS = 25;

  /** The section; nothing where no picture was counted. */
  String html() {
    if (matrix.total() == 0) {
      return "";
    }
    return "<p class=\"note\">%s validation pictures, %s of them right.</p>\n"
            .formatted(Numbers.count(matrix.total()), Numbers.exactPercent(matrix.top1()))
        + (matrix.classes() <= LARGEST_GRID ? grid() : pairs())
        + recalls();
  }

  private String grid() {
    return """
    <div class="scroll"><table class="grid">
    <thead><tr><th></th>%s<th class="margin"><span>recall</span></th></tr></thead>
    <tbody>
    %s</tbody>
    <tfoot><tr><th>precision</th>%s<td></td></tr></tfoot>
    </table></div>
    <p class="note">A row is the true class, a column the predicted one. The shade is the square root of the \
    share of the row, so that rare mistakes show.</p>
    """
        .formatted(
            each(c -> "<th><span>%s</span></th>".formatted(name(c))),
            each(this::row),
            each(c -> "<td>%s</td>".formatted(Numbers.percent(matrix.precision(c)))));
  }

  private String row(int truth) {
    return "<tr><th>%s</th>%s<td class=\"margin\">%s</td></tr>\n"
        .formatted(
            name(truth),
            each(predicted -> cell(truth, predicted)),
            Numbers.percent(matrix.recall(truth)));
  }

  private String cell(int truth, int predicted) {
    long count = matrix.count(truth, predicted);
    if (count == 0) {
      return "<td></td>";
    }
    long shade = Math.round(100 * Math.sqrt((double) count / matrix.truths(truth)));
    return "<td class=\"%s%s\" style=\"--shade: %s%%\" title=\"%s taken for %s\">%s</td>"
        .formatted(
            truth == predicted ? "right" : "wrong",
            shade > 55 ? " strong" : "",
            shade,
            name(truth),
            name(predicted),
            Numbers.count(count));
  }

  private String pairs() {
    return "<h3>The most frequent mistakes</h3>\n"
        + Html.table(
            2,
            List.of("truth", "predicted", "pictures", "of this truth"),
            matrix.mostConfused(MOST_PAIRS).stream()
                .map(c ->
                    List.of(
                        classes.get(c.truth()),
                        classes.get(c.predicted()),
                        Numbers.count(c.count()),
                        Numbers.percent((double) c.count() / matrix.truths(c.truth())))));
  }

  private String recalls() {
    return "<h3>Each class, the lowest recall first</h3>\n"
        + Html.table(
            1,
            List.of("class", "pictures", "recall", "precision", "F1"),
            IntStream.range(0, matrix.classes())
                .boxed()
                .sorted(Comparator.comparingDouble(matrix::recall))
                .map(c ->
                    List.of(
                        classes.get(c),
                        Numbers.count(matrix.truths(c)),
                        Numbers.percent(matrix.recall(c)),
                        Numbers.percent(matrix.precision(c)),
                        Numbers.percent(matrix.f1(c)))));
  }

  private String name(int c) {
    return Html.escape(classes.get(c));
  }

  private String each(IntFunction<String> html) {
    return IntStream.range(0, matrix.classes()).mapToObj(html).collect(joining());
  }
}
