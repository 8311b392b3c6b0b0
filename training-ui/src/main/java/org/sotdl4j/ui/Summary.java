package org.sotdl4j.ui;

import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the UI shows of an array.
 *
 * @param mean of the values
 * @param deviation their standard deviation
 * @param magnitude mean of their absolute values
 * @param histogram in {@value #BINS} parts
 */
record Summary(double mean, double deviation, double magnitude, Histogram histogram) {

  private static final int BINS = 20;

  static Summary of(INDArray array) {
    float[] values = array.dup('c').data().asFloat();
    double sum = 0;
    double squares = 0;
    double magnitudes = 0;
    float least = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      magnitudes += Math.abs(value);
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    double mean = sum / values.length;
    return new Summary(
        mean,
        Math.sqrt(Math.max(0, squares / values.length - mean * mean)),
        magnitudes / values.length,
        histogram(values, least, largest));
  }

  private static Histogram histogram(float[] values, double least, double largest) {
    int[] counts = new int[BINS];
    double width = (largest - least) / BINS;
    for (float value : values) {
      int bin = width > 0 ? (int) ((value - least) / width) : 0;
      counts[Math.min(bin, BINS - 1)]++;
    }
    return new Histogram(least, largest, BINS, counts);
  }
}
