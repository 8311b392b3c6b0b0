package org.sotdl4j.app.report;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Counts which class was predicted for which truth: an n x n table of {@code long}, so 8 MB for the
 * 1000 classes of ImageNet. Not thread-safe.
 */
public final class ConfusionMatrix {

  /**
   * One kind of mistake.
   *
   * @param truth index of the right class
   * @param predicted index of the class that was answered
   * @param count how often
   */
  public record Confusion(int truth, int predicted, long count) {}

  private final long[][] counts;

  /**
   * @param classes n, at least 1
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "A confusion matrix needs one class at least, not %d".formatted(classes));
    }
    counts = new long[classes][classes];
  }

  /**
   * Counts one picture.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public void add(int truth, int predicted) {
    counts[truth][Objects.checkIndex(predicted, counts.length)]++;
  }

  /** The number of classes, n. */
  public int classes() {
    return counts.length;
  }

  /** The pictures of class {@code truth} that were taken for {@code predicted}. */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** The pictures that are of a class. */
  public long truths(int truth) {
    return IntStream.range(0, classes()).mapToLong(p -> counts[truth][p]).sum();
  }

  /** The pictures that were taken for a class. */
  public long predictions(int predicted) {
    return IntStream.range(0, classes()).mapToLong(t -> counts[t][predicted]).sum();
  }

  /** All pictures. */
  public long total() {
    return IntStream.range(0, classes()).mapToLong(this::truths).sum();
  }

  /** The fraction of a class's pictures that was found; NaN where the class has none. */
  public double recall(int truth) {
    return (double) counts[truth][truth] / truths(truth);
  }

  /** The fraction of the answers of a class that is right; NaN where it was never answered. */
  public double precision(int predicted) {
    return (double) counts[predicted][predicted] / predictions(predicted);
  }

  /** The harmonic mean of recall and precision; NaN where the class has no pictures. */
  public double f1(int c) {
    return truths(c) == 0 ? Double.NaN : 2.0 * counts[c][c] / (truths(c) + predictions(c));
  }

  /** The fraction of all pictures that was answered right; NaN where there are none. */
  public double top1() {
    long right = IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum();
    return (double) right / total();
  }

  /** The mistakes, the most frequent first; equal ones by class. */
  public List<Confusion> mostConfused(int limit) {
    return IntStream.range(0, classes())
        .boxed()
        .<Confusion>mapMulti((truth, out) -> {
          for (int predicted = 0; predicted < classes(); predicted++) {
            if (predicted != truth && counts[truth][predicted] > 0) {
              out.accept(new Confusion(truth, predicted, counts[truth][predicted]));
            }
          }
        })
        .sorted(Comparator.comparingLong(Confusion::count).reversed())
        .limit(limit)
        .toList();
  }
}
