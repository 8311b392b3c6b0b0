package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.Arrays;

/** Floats as they travel. */
sealed interface Packed extends Serializable {

  /** Adds the values to others. */
  void addTo(float[] sums);

  /** How many there are. */
  int length();

  /** Every bit of a range. */
  static Packed whole(float[] values, int from, int to) {
    return new Whole(Arrays.copyOfRange(values, from, to));
  }

  /**
   * A range in half precision, scaled by a power of two so that its largest value is near the upper
   * end of what a half holds. What is rounded off stays in the range.
   */
  static Packed half(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    int exponent = largest == 0 || !Float.isFinite(largest) ? 0 : 14 - Math.getExponent(largest);
    short[] halves = new short[to - from];
    for (int i = from; i < to; i++) {
      halves[i - from] = Float.floatToFloat16(Math.scalb(values[i], exponent));
      values[i] -= Math.scalb(Float.float16ToFloat(halves[i - from]), -exponent);
    }
    return new Half(halves, exponent);
  }

  /** Floats. */
  @SuppressWarnings("ArrayRecordComponent")
  record Whole(float[] values) implements Packed {

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void addTo(float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
  }

  /** Halves, each to be divided by two to the power of the exponent. */
  @SuppressWarnings("ArrayRecordComponent")
  record Half(short[] values, int exponent) implements Packed {

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void addTo(float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Math.scalb(Float.float16ToFloat(values[i]), -exponent);
      }
    }
  }
}
