package org.sotdl4j.datasets;

import java.util.Arrays;

/**
 * Pillow's antialiased resampling ({@code ImagingResample}): one direction after the other, each a
 * weighted sum of 8-bit pixels with fixed-point weights, rounded to 8 bits. The official
 * checkpoints were trained on pictures resized so; bit for bit the same here.
 */
final class Resampling {

  /** Fraction bits of a weight: 32, less 8 for the pixel, less 2 for overshoot and the sign. */
  private static final int PRECISION_BITS = 22;

  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /**
   * The weights along one direction.
   *
   * @param first [out] the first source pixel of each target pixel
   * @param weights [out][taps] of the source pixels from there on
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Kernel(int[] first, int[][] weights) {

    static Kernel of(int in, int out, Interpolation interpolation) {
      double scale = (double) in / out;
      double widening = Math.max(scale, 1);
      double support = interpolation.support * widening;
      double narrowing = 1 / widening;
      int[] first = new int[out];
      int[][] weights = new int[out][];
      for (int i = 0; i < out; i++) {
        double centre = (i + 0.5) * scale;
        int from = Math.max((int) (centre - support + 0.5), 0);
        int to = Math.min((int) (centre + support + 0.5), in);
        double[] exact = new double[to - from];
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
          exact[k] = interpolation.weight((k + from - centre + 0.5) * narrowing);
          sum += exact[k];
        }
        first[i] = from;
        weights[i] = new int[exact.length];
        for (int k = 0; k < exact.length; k++) {
          double fixed = exact[k] / sum * (1 << PRECISION_BITS);
          weights[i][k] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
        }
      }
      return new Kernel(first, weights);
    }
  }

  private Resampling() {}

  static Picture horizontal(Picture picture, int width, Interpolation interpolation) {
    if (picture.width() == width) {
      return picture;
    }
    Kernel kernel = Kernel.of(picture.width(), width, interpolation);
    byte[] in = picture.rgb();
    byte[] out = new byte[Picture.CHANNELS * width * picture.height()];
    int to = 0;
    for (int y = 0; y < picture.height(); y++) {
      int row = y * picture.width();
      for (int x = 0; x < width; x++) {
        int from = Picture.CHANNELS * (row + kernel.first[x]);
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int weight : kernel.weights[x]) {
          red += weight * (in[from] & 0xff);
          green += weight * (in[from + 1] & 0xff);
          blue += weight * (in[from + 2] & 0xff);
          from += Picture.CHANNELS;
        }
        out[to++] = clip(red);
        out[to++] = clip(green);
        out[to++] = clip(blue);
      }
    }
    return new Picture(width, picture.height(), out);
  }

  static Picture vertical(Picture picture, int height, Interpolation interpolation) {
    if (picture.height() == height) {
      return picture;
    }
    Kernel kernel = Kernel.of(picture.height(), height, interpolation);
    byte[] in = picture.rgb();
    int row = Picture.CHANNELS * picture.width();
    byte[] out = new byte[row * height];
    int[] sums = new int[row];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int from = kernel.first[y] * row;
      for (int weight : kernel.weights[y]) {
        for (int i = 0; i < row; i++) {
          sums[i] += weight * (in[from + i] & 0xff);
        }
        from += row;
      }
      for (int i = 0; i < row; i++) {
        out[y * row + i] = clip(sums[i]);
      }
    }
    return new Picture(picture.width(), height, out);
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
  }
}
