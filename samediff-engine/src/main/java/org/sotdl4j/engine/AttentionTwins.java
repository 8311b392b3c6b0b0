package org.sotdl4j.engine;

/** The scalar twins of what {@link AttentionKernel} does with neighbouring columns of scores. */
final class AttentionTwins {

  private AttentionTwins() {}

  static void largest(float[] scores, int column, int stride, int n, float[] largest) {
    for (int c = column; c < column + Rows.LANES; c++) {
      float max = scores[c];
      for (int i = 1; i < n; i++) {
        float score = scores[c + i * stride];
        max = score > max ? score : max;
      }
      largest[c] = max;
    }
  }

  static void powers(
      float[] scores, int column, int stride, int n, float[] shifts, float[] factors) {
    for (int c = column; c < column + Rows.LANES; c++) {
      for (int i = 0; i < n; i++) {
        int at = c + i * stride;
        scores[at] = (float) Math.pow(2, scores[at] - shifts[c]) * factors[c];
      }
    }
  }

  static void reciprocals(float[] weights, int column, int stride, int n, float[] reciprocals) {
    for (int c = column; c < column + Rows.LANES; c++) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total += weights[c + i * stride];
      }
      reciprocals[c] = (float) (1 / total);
    }
  }

  static void byScores(
      float[] weights, float[] byScores, int column, int stride, int n, float scale) {
    for (int c = column; c < column + Rows.LANES; c++) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total += weights[c + i * stride] * byScores[c + i * stride];
      }
      for (int i = 0; i < n; i++) {
        int at = c + i * stride;
        byScores[at] = (byScores[at] - (float) total) * weights[at] * scale;
      }
    }
  }
}
