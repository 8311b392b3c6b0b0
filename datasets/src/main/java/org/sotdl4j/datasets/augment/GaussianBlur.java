package org.sotdl4j.datasets.augment;

import org.sotdl4j.datasets.Picture;

/**
 * Pillow's {@code GaussianBlur}: three box blurs of a fractional length along the rows, then three
 * along the columns (Gwosdek, Grewenig, Bruhn, Weickert, "Theoretical foundations of Gaussian
 * convolution by extended box filtering", 2011), in fixed point. Beyond the border the outermost
 * pixel goes on.
 */
final class GaussianBlur {

  private static final int PASSES = 3;
  private static final int FRACTION_BITS = 24;

  private GaussianBlur() {}

  /**
   * Blurs.
   *
   * @param radius the standard deviation, in pixels
   */
  static Picture apply(Picture picture, double radius) {
    if (radius == 0) {
      return picture;
    }
    float box = boxRadius((float) radius);
    byte[] rgb = picture.rgb().clone();
    int row = Picture.CHANNELS * picture.width();
    for (int y = 0; y < picture.height(); y++) {
      for (int c = 0; c < Picture.CHANNELS; c++) {
        line(rgb, y * row + c, Picture.CHANNELS, picture.width(), box);
      }
    }
    for (int i = 0; i < row; i++) {
      line(rgb, i, row, picture.height(), box);
    }
    return new Picture(picture.width(), picture.height(), rgb);
  }

  /** Blurs one channel of a row or a column in place. */
  private static void line(byte[] values, int start, int step, int length, float box) {
    int whole = (int) box;
    long weight = (long) ((1 << FRACTION_BITS) / (box * 2 + 1));
    long edgeWeight = ((1 << FRACTION_BITS) - (whole * 2 + 1) * weight) / 2;
    int[] in = new int[length];
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < length; i++) {
        in[i] = values[start + i * step] & 0xff;
      }
      long sum = 0;
      for (int k = -whole; k <= whole; k++) {
        sum += at(in, k);
      }
      for (int i = 0; i < length; i++) {
        long ends = at(in, i - whole - 1) + (long) at(in, i + whole + 1);
        long value = sum * weight + ends * edgeWeight + (1 << (FRACTION_BITS - 1));
        values[start + i * step] = (byte) (value >> FRACTION_BITS);
        sum += at(in, i + whole + 1) - (long) at(in, i - whole);
      }
    }
  }

  private static int at(int[] in, int i) {
    return in[Math.clamp(i, 0, in.length - 1)];
  }

  /** The box whose repetition has the variance of the Gaussian. */
  private static float boxRadius(float radius) {
    float variance = radius * radius / PASSES;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float whole = (float) Math.floor((length - 1.0) / 2.0);
    float fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
    fraction /= 6 * (variance - (whole + 1) * (whole + 1));
    return whole + fraction;
  }
}
