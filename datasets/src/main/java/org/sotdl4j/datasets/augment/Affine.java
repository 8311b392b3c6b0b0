package org.sotdl4j.datasets.augment;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Picture;

/**
 * Pillow's {@code Image.transform} with an affine map from target to source: the source point of a
 * pixel's centre (x, y) is (a x + b y + c, d x + e y + f). Not antialiased, bicubic with Keys' a =
 * -1, values cut off to whole numbers.
 */
record Affine(double a, double b, double c, double d, double e, double f) {

  static Affine shearX(double factor) {
    return new Affine(1, factor, 0, 0, 1, 0);
  }

  static Affine shearY(double factor) {
    return new Affine(1, 0, 0, factor, 1, 0);
  }

  /**
   * Moves the picture.
   *
   * @param x to the left, in pixels
   * @param y upwards, in pixels
   */
  static Affine translate(double x, double y) {
    return new Affine(1, 0, x, 0, 1, y);
  }

  /** Rotates about the middle, counter-clockwise. */
  static Affine rotate(double degrees, int width, int height) {
    double turn = degrees % 360;
    double angle = -Math.toRadians(turn < 0 ? turn + 360 : turn);
    double cos = rounded(Math.cos(angle));
    double sin = rounded(Math.sin(angle));
    double minusSin = rounded(-Math.sin(angle));
    double x = width / 2.0;
    double y = height / 2.0;
    return new Affine(
        cos, sin, cos * -x + sin * -y + 0.0 + x, minusSin, cos, minusSin * -x + cos * -y + 0.0 + y);
  }

  private static double rounded(double value) {
    return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
  }

  /**
   * The picture in the same size.
   *
   * @param interpolation bilinear or bicubic
   * @param fill 0xRRGGBB where the source point lies outside
   */
  Picture apply(Picture picture, Interpolation interpolation, int fill) {
    int width = picture.width();
    int height = picture.height();
    byte[] out = new byte[picture.rgb().length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += Picture.CHANNELS) {
        double fromX = a * (x + 0.5) + b * (y + 0.5) + c;
        double fromY = d * (x + 0.5) + e * (y + 0.5) + f;
        if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) {
          out[at] = (byte) (fill >> 16);
          out[at + 1] = (byte) (fill >> 8);
          out[at + 2] = (byte) fill;
        } else if (interpolation == Interpolation.BILINEAR) {
          bilinear(picture, fromX - 0.5, fromY - 0.5, out, at);
        } else {
          bicubic(picture, fromX - 0.5, fromY - 0.5, out, at);
        }
      }
    }
    return new Picture(width, height, out);
  }

  private static void bilinear(Picture picture, double fromX, double fromY, byte[] out, int at) {
    int x = (int) Math.floor(fromX);
    int y = (int) Math.floor(fromY);
    double dx = fromX - x;
    double dy = fromY - y;
    int left = column(picture, x);
    int right = column(picture, x + 1);
    int upper = row(picture, y);
    int lower = row(picture, y + 1);
    byte[] in = picture.rgb();
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      double above = between(in, upper + left + channel, upper + right + channel, dx);
      double below = between(in, lower + left + channel, lower + right + channel, dx);
      out[at + channel] = (byte) (int) (above + (below - above) * dy);
    }
  }

  private static double between(byte[] in, int left, int right, double share) {
    int value = in[left] & 0xff;
    return value + ((in[right] & 0xff) - value) * share;
  }

  private static void bicubic(Picture picture, double fromX, double fromY, byte[] out, int at) {
    int x = (int) Math.floor(fromX);
    int y = (int) Math.floor(fromY);
    double dx = fromX - x;
    double dy = fromY - y;
    byte[] in = picture.rgb();
    int c0 = column(picture, x - 1);
    int c1 = column(picture, x);
    int c2 = column(picture, x + 1);
    int c3 = column(picture, x + 2);
    double[] rows = new double[4];
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int i = 0; i < rows.length; i++) {
        int row = row(picture, y - 1 + i) + channel;
        rows[i] =
            cubic(
                in[row + c0] & 0xff,
                in[row + c1] & 0xff,
                in[row + c2] & 0xff,
                in[row + c3] & 0xff,
                dx);
      }
      double value = cubic(rows[0], rows[1], rows[2], rows[3], dy);
      out[at + channel] = (byte) Math.clamp((int) value, 0, 255);
    }
  }

  private static double cubic(double v0, double v1, double v2, double v3, double t) {
    double linear = -v0 + v2;
    double square = 2 * (v0 - v1) + v2 - v3;
    double cube = -v0 + v1 - v2 + v3;
    return v1 + t * (linear + t * (square + t * cube));
  }

  private static int column(Picture picture, int x) {
    return Picture.CHANNELS * Math.clamp(x, 0, picture.width() - 1);
  }

  private static int row(Picture picture, int y) {
    return Picture.CHANNELS * picture.width() * Math.clamp(y, 0, picture.height() - 1);
  }
}
