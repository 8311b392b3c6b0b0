package org.sotdl4j.app.glue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.datasets.text.Span;
import org.sotdl4j.datasets.text.TextBatch;
import org.sotdl4j.zoo.TextInput;

/**
 * The effect of each word on a decision: how much the answer changes where the word is hidden, that
 * is, where its tokens neither are attended to nor pooled.
 *
 * @param head which tokens decide
 * @param answer the label, or the number, of the whole text
 * @param probability of the label; NaN for a number
 * @param words in their order
 * @param truncated whether the text is longer than the model reads, and its end was cut off
 */
public record Influence(
    GlueHead head, String answer, double probability, List<Word> words, boolean truncated) {

  /**
   * A word.
   *
   * @param text 0 of the first text, 1 of the second
   * @param characters as written
   * @param effect what hiding it takes from the logarithm of the label's probability, or from the
   *     number
   */
  public record Word(int text, String characters, double effect) {}

  /** The largest effect in either direction. */
  public double largest() {
    return words.stream().mapToDouble(word -> Math.abs(word.effect)).max().orElse(0);
  }

  /**
   * Asks a model about a text, and about the text without each of its words.
   *
   * @param second of a pair; null for a single text
   */
  public static Influence of(GlueRun run, String first, String second) {
    List<Span> spans = run.texts().tokenizer().spans(first, second);
    List<List<Integer>> words = words(spans);
    List<GlueExample> copies = new ArrayList<>();
    for (int i = 0; i <= words.size(); i++) {
      copies.add(new GlueExample("", first, second, Double.NaN));
    }
    Texts texts = run.texts().of(copies);
    double[][] logits = new double[copies.size()][];
    try (Answers answers = new Answers(run.model(), run.parameters(), run.config().engine())) {
      for (TextBatch batch : texts.buckets(Answers.BATCH).evaluation()) {
        Map<String, INDArray> input = texts.input(batch);
        for (int b = 0; b < batch.places().size(); b++) {
          int copy = batch.places().get(b);
          if (copy > 0) {
            for (int token : words.get(copy - 1)) {
              input.get(TextInput.MASK).putScalar(b, token, 0);
            }
          }
        }
        INDArray given = answers.logits(input, batch.length());
        for (int b = 0; b < batch.places().size(); b++) {
          logits[batch.places().get(b)] = given.getRow(b).toDoubleVector();
        }
      }
    }
    boolean truncated = texts.truncated() > 0;
    return of(run, logits, words, spans, new String[] {first, second}, truncated);
  }

  private static Influence of(
      GlueRun run,
      double[][] logits,
      List<List<Integer>> words,
      List<Span> spans,
      String[] texts,
      boolean truncated) {
    GlueTask task = run.config().glueTask();
    int answer = task.isRegression() ? 0 : Ranking.top(logits[0], 1)[0];
    double whole = strength(task, logits[0], answer);
    List<Word> effects = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      Span begin = spans.get(words.get(i).getFirst());
      Span end = spans.get(words.get(i).getLast());
      String characters = texts[begin.text()].substring(begin.begin(), end.end()).strip();
      double effect = whole - strength(task, logits[i + 1], answer);
      effects.add(new Word(begin.text(), characters, effect));
    }
    return new Influence(
        run.config().head(),
        task.isRegression() ? String.valueOf((float) whole) : task.written(answer),
        task.isRegression() ? Double.NaN : Math.exp(whole),
        effects,
        truncated);
  }

  private static double strength(GlueTask task, double[] logits, int answer) {
    return task.isRegression() ? logits[0] : Math.log(Ranking.softmax(logits)[answer]);
  }

  /** The tokens of each word. */
  private static List<List<Integer>> words(List<Span> spans) {
    List<List<Integer>> words = new ArrayList<>();
    Span last = null;
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      if (span.isSpecial()) {
        continue;
      }
      if (last == null || last.text() != span.text() || last.word() != span.word()) {
        words.add(new ArrayList<>());
      }
      words.getLast().add(i);
      last = span;
    }
    return words;
  }
}
