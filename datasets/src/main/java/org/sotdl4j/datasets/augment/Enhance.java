package org.sotdl4j.datasets.augment;

import java.util.Arrays;
import org.sotdl4j.datasets.Picture;

/**
 * Mixtures of a picture with a poorer one, as Pillow's {@code ImageEnhance}: factor 0 is the poorer
 * picture, 1 the picture itself, and above 1 leads away from the poorer one.
 */
final class Enhance {

  private Enhance() {}

  /** Away from grey, or towards it. */
  static Picture color(Picture picture, double factor) {
    byte[] in = picture.rgb();
    byte[] grey = new byte[in.length];
    for (int i = 0; i < in.length; i += Picture.CHANNELS) {
      byte luma = (byte) luma(in, i);
      grey[i] = luma;
      grey[i + 1] = luma;
      grey[i + 2] = luma;
    }
    return blend(picture.width(), picture.height(), grey, in, factor);
  }

  /** Away from the mean brightness, or towards it. */
  static Picture contrast(Picture picture, double factor) {
    byte[] in = picture.rgb();
    long sum = 0;
    for (int i = 0; i < in.length; i += Picture.CHANNELS) {
      sum += luma(in, i);
    }
    double pixels = (double) picture.width() * picture.height();
    byte[] mean = new byte[in.length];
    Arrays.fill(mean, (byte) (int) (sum / pixels + 0.5));
    return blend(picture.width(), picture.height(), mean, in, factor);
  }

  /** Away from black, or towards it. */
  static Picture brightness(Picture picture, double factor) {
    byte[] in = picture.rgb();
    return blend(picture.width(), picture.height(), new byte[in.length], in, factor);
  }

  /** Away from a smoothed picture, or towards it. */
  static Picture sharpness(Picture picture, double factor) {
    return blend(picture.width(), picture.height(), smooth(picture).rgb(), picture.rgb(), factor);
  }

  /** Where factor is between 0 and 1, the share of the second picture. */
  static Picture blend(Picture first, Picture second, double factor) {
    return blend(first.width(), first.height(), first.rgb(), second.rgb(), factor);
  }

  /** In float, cut off to whole numbers, as Pillow's {@code Blend.c}. */
  private static Picture blend(int width, int height, byte[] first, byte[] second, double factor) {
    float share = (float) factor;
    byte[] out = new byte[first.length];
    for (int i = 0; i < out.length; i++) {
      int from = first[i] & 0xff;
      float value = from + share * ((second[i] & 0xff) - from);
      out[i] = (byte) Math.clamp((int) value, 0, 255);
    }
    return new Picture(width, height, out);
  }

  /** The brightness of ITU-R 601 in fixed point. */
  static int luma(byte[] rgb, int at) {
    return ((rgb[at] & 0xff) * 19595
            + (rgb[at + 1] & 0xff) * 38470
            + (rgb[at + 2] & 0xff) * 7471
            + 0x8000)
        >> 16;
  }

  /** The mean of 3 x 3 pixels, the middle one weighed 5; the outermost pixels stay. */
  private static Picture smooth(Picture picture) {
    byte[] in = picture.rgb();
    byte[] out = in.clone();
    int row = Picture.CHANNELS * picture.width();
    for (int y = 1; y < picture.height() - 1; y++) {
      for (int i = y * row + Picture.CHANNELS; i < (y + 1) * row - Picture.CHANNELS; i++) {
        int sum = 4 * (in[i] & 0xff) + three(in, i - row) + three(in, i) + three(in, i + row);
        out[i] = (byte) ((2 * sum + 13) / 26); // rounded; a half cannot be
      }
    }
    return new Picture(picture.width(), picture.height(), out);
  }

  private static int three(byte[] in, int at) {
    return (in[at - Picture.CHANNELS] & 0xff)
        + (in[at] & 0xff)
        + (in[at + Picture.CHANNELS] & 0xff);
  }
}
