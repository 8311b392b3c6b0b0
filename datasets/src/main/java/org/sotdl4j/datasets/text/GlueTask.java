package org.sotdl4j.datasets.text;

import java.util.List;
import java.util.stream.Collectors;
import org.sotdl4j.datasets.DatasetException;

/**
 * A task of GLUE ("GLUE: A multi-task benchmark and analysis platform for natural language
 * understanding", Wang et al., 2019) and the layout of its files.
 *
 * @param name as {@code SST-2}
 * @param labels in the files, in the order of the logits; none where the answer is a number
 * @param columns names of the columns of the text, or of both texts, and of the label
 * @param places of these columns in files without a header
 * @param metrics the first decides which model is the best
 */
public record GlueTask(
    String name,
    List<String> labels,
    List<String> columns,
    List<Integer> places,
    List<GlueMetric> metrics) {

  private static final double HIGHEST_SCORE = 5; // of STS-B
  private static final List<String> BINARY = List.of("0", "1");
  private static final List<String> ENTAILMENT = List.of("entailment", "not_entailment");
  private static final List<String> THREE = List.of("contradiction", "entailment", "neutral");
  private static final List<GlueMetric> ACCURACY = List.of(GlueMetric.ACCURACY);
  private static final List<GlueMetric> F1 = List.of(GlueMetric.F1, GlueMetric.ACCURACY);
  private static final List<GlueMetric> CORRELATIONS =
      List.of(GlueMetric.PEARSON, GlueMetric.SPEARMAN);

  /** All tasks. */
  public static final List<GlueTask> ALL =
      List.of(
          new GlueTask(
              "CoLA",
              BINARY,
              List.of("sentence", "label"),
              List.of(3, 1),
              List.of(GlueMetric.MATTHEWS, GlueMetric.ACCURACY)),
          new GlueTask("SST-2", BINARY, List.of("sentence", "label"), List.of(0, 1), ACCURACY),
          new GlueTask(
              "MRPC", BINARY, List.of("#1 String", "#2 String", "Quality"), List.of(3, 4, 0), F1),
          new GlueTask(
              "STS-B",
              List.of(),
              List.of("sentence1", "sentence2", "score"),
              List.of(7, 8, 9),
              CORRELATIONS),
          new GlueTask(
              "QQP",
              BINARY,
              List.of("question1", "question2", "is_duplicate"),
              List.of(3, 4, 5),
              F1),
          new GlueTask(
              "MNLI",
              THREE,
              List.of("sentence1", "sentence2", "gold_label"),
              List.of(8, 9, 11),
              ACCURACY),
          new GlueTask(
              "QNLI",
              ENTAILMENT,
              List.of("question", "sentence", "label"),
              List.of(1, 2, 3),
              ACCURACY),
          new GlueTask(
              "RTE",
              ENTAILMENT,
              List.of("sentence1", "sentence2", "label"),
              List.of(1, 2, 3),
              ACCURACY),
          new GlueTask(
              "WNLI",
              BINARY,
              List.of("sentence1", "sentence2", "label"),
              List.of(1, 2, 3),
              ACCURACY));

  /**
   * The task of a name, capitals aside.
   *
   * @throws DatasetException if there is none
   */
  public static GlueTask named(String name) {
    return ALL.stream()
        .filter(task -> task.name.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() ->
            new DatasetException(
                "GLUE has no task %s; it has %s"
                    .formatted(
                        name, ALL.stream().map(GlueTask::name).collect(Collectors.joining(", ")))));
  }

  /** Whether the answer is a number instead of a label. */
  public boolean isRegression() {
    return labels.isEmpty();
  }

  /** Logits of a model for it. */
  public int outputs() {
    return Math.max(labels.size(), 1);
  }

  /**
   * Whether the files as they are distributed have lines that are broken: some of QQP's questions
   * hold a line break, some are empty, and everybody leaves these lines out.
   */
  public boolean hasBrokenLines() {
    return name.equals("QQP");
  }

  public boolean isPair() {
    return columns.size() == 3;
  }

  /** The label of a number, or a score from 0 to 5, as files of predictions have it. */
  public String written(double answer) {
    return isRegression()
        ? String.valueOf((float) Math.clamp(answer, 0, HIGHEST_SCORE))
        : labels.get((int) answer);
  }
}
