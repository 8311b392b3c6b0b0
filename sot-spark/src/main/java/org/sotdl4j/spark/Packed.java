package org.sotdl4j.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;

/** Floats as they travel: in bytes, which Java serializes many times faster than numbers. */
sealed interface Packed extends Serializable {

  /** Values that are copied at once: one by one they cost many times more. */
  int BLOCK = 1024;

  /** Adds the values to others. */
  void addTo(float[] sums);

  /** How many there are. */
  int length();

  /** Every bit. */
  static Whole whole(float[] values) {
    byte[] bytes = new byte[Float.BYTES * values.length];
    floats(bytes).put(values);
    return new Whole(bytes);
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
    double up = Math.scalb(1.0, exponent);
    double down = Math.scalb(1.0, -exponent);
    short[] halves = new short[to - from];
    for (int i = from; i < to; i++) {
      short half = Float.floatToFloat16((float) (values[i] * up));
      halves[i - from] = half;
      values[i] -= (float) (Float.float16ToFloat(half) * down);
    }
    byte[] bytes = new byte[Short.BYTES * halves.length];
    halves(bytes).put(halves);
    return new Half(bytes, exponent);
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static ShortBuffer halves(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
  }

  /** Floats. */
  @SuppressWarnings("ArrayRecordComponent")
  record Whole(byte[] bytes) implements Packed {

    /** A range. */
    Whole part(int from, int to) {
      return new Whole(Arrays.copyOfRange(bytes, Float.BYTES * from, Float.BYTES * to));
    }

    /** Writes the values into an array. */
    void copyTo(float[] values, int offset) {
      floats(bytes).get(values, offset, length());
    }

    @Override
    public int length() {
      return bytes.length / Float.BYTES;
    }

    @Override
    public void addTo(float[] sums) {
      FloatBuffer values = floats(bytes);
      float[] some = new float[BLOCK];
      for (int from = 0; from < sums.length; from += BLOCK) {
        int count = Math.min(BLOCK, sums.length - from);
        values.get(some, 0, count);
        for (int i = 0; i < count; i++) {
          sums[from + i] += some[i];
        }
      }
    }
  }

  /** Halves, each to be divided by two to the power of the exponent. */
  @SuppressWarnings("ArrayRecordComponent")
  record Half(byte[] bytes, int exponent) implements Packed {

    @Override
    public int length() {
      return bytes.length / Short.BYTES;
    }

    @Override
    public void addTo(float[] sums) {
      ShortBuffer values = halves(bytes);
      double down = Math.scalb(1.0, -exponent);
      short[] some = new short[BLOCK];
      for (int from = 0; from < sums.length; from += BLOCK) {
        int count = Math.min(BLOCK, sums.length - from);
        values.get(some, 0, count);
        for (int i = 0; i < count; i++) {
          sums[from + i] += (float) (Float.float16ToFloat(some[i]) * down);
        }
      }
    }
  }
}
