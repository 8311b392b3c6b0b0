package org.sotdl4j.app.train;

import java.util.random.RandomGenerator;

/**
 * The part of a picture that another one covers (Yun et al., "CutMix", 2019).
 *
 * @param top first row
 * @param bottom row after the last
 * @param left first column
 * @param right column after the last
 */
public record CutmixBox(int top, int bottom, int left, int right) {

  /**
   * The box around a point that covers the share 1 - lambda, cut off at the border.
   *
   * @param height of the picture
   * @param width of the picture
   * @param lambda the share that the picture keeps
   * @param y the point's row
   * @param x the point's column
   */
  public static CutmixBox around(int height, int width, double lambda, int y, int x) {
    double ratio = Math.sqrt(1 - lambda);
    int halfHeight = (int) (height * ratio) / 2;
    int halfWidth = (int) (width * ratio) / 2;
    return new CutmixBox(
        Math.clamp(y - halfHeight, 0, height),
        Math.clamp(y + halfHeight, 0, height),
        Math.clamp(x - halfWidth, 0, width),
        Math.clamp(x + halfWidth, 0, width));
  }

  /** A box of random sides, shares of the picture's between two bounds, that lies within it. */
  static CutmixBox within(int height, int width, double min, double max, RandomGenerator random) {
    int boxHeight = side(height, min, max, random);
    int boxWidth = side(width, min, max, random);
    int top = random.nextInt(height - boxHeight);
    int left = random.nextInt(width - boxWidth);
    return new CutmixBox(top, top + boxHeight, left, left + boxWidth);
  }

  private static int side(int length, double min, double max, RandomGenerator random) {
    int from = (int) (length * min);
    return random.nextInt(from, Math.max(from + 1, (int) (length * max)));
  }

  /** The share that the picture really keeps. */
  public double lambda(int height, int width) {
    return 1 - (double) ((bottom - top) * (right - left)) / (height * width);
  }
}
