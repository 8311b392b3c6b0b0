package org.sotdl4j.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;

/** Floats as they travel: in bytes, which Java serializes many times faster than numbers. */
sealed interface Packed extends Serializable {

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
    byte[] bytes = new byte[Short.BYTES * (to - from)];
    ShortBuffer halves = halves(bytes);
    for (int i = from; i < to; i++) {
      short half = Float.floatToFloat16((float) (values[i] * up));
      halves.put(half);
      values[i] -= (float) (Float.float16ToFloat(half) * down);
    }
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
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values.get(i);
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
      for (int i = 0; i < sums.length; i++) {
        sums[i] += (float) (Float.float16ToFloat(values.get(i)) * down);
      }
    }
  }
}
