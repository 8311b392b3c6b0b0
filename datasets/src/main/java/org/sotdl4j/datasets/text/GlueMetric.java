package org.sotdl4j.datasets.text;

import java.util.Locale;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** How GLUE scores answers. With labels, 1 is the positive one. */
public enum GlueMetric {
  ACCURACY("accuracy") {
    @Override
    public double of(double[] answers, double[] truth) {
      return count(answers, truth, -1, -1) / truth.length;
    }
  },
  F1("F1") {
    @Override
    public double of(double[] answers, double[] truth) {
      double right = count(answers, truth, 1, 1);
      double wrong = count(answers, truth, 1, 0) + count(answers, truth, 0, 1);
      return right == 0 ? 0 : 2 * right / (2 * right + wrong);
    }
  },
  /** Matthews correlation coefficient; 0 where an answer or label never occurs. */
  MATTHEWS("Matthews correlation") {
    @Override
    public double of(double[] answers, double[] truth) {
      double tp = count(answers, truth, 1, 1);
      double tn = count(answers, truth, 0, 0);
      double fp = count(answers, truth, 1, 0);
      double fn = count(answers, truth, 0, 1);
      double norm = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
      return norm == 0 ? 0 : (tp * tn - fp * fn) / norm;
    }
  },
  PEARSON("Pearson correlation") {
    @Override
    public double of(double[] answers, double[] truth) {
      return finite(new PearsonsCorrelation().correlation(answers, truth));
    }
  },
  SPEARMAN("Spearman correlation") {
    @Override
    public double of(double[] answers, double[] truth) {
      return finite(new SpearmansCorrelation().correlation(answers, truth));
    }
  };

  private final String words;

  GlueMetric(String words) {
    this.words = words;
  }

  /**
   * The score of answers: numbers of labels, or, for correlations of numbers, themselves.
   *
   * @param truth as many as answers, at least two
   */
  public abstract double of(double[] answers, double[] truth);

  /** Its name in words. */
  public String words() {
    return words;
  }

  /** How often an answer met a truth; -1, -1 counts where the two agree. */
  private static double count(double[] answers, double[] truth, int answer, int label) {
    int count = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean counts =
          answer < 0 ? answers[i] == truth[i] : answers[i] == answer && truth[i] == label;
      count += counts ? 1 : 0;
    }
    return count;
  }

  /** Answers that are all the same correlate with nothing. */
  private static double finite(double correlation) {
    return Double.isFinite(correlation) ? correlation : 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
