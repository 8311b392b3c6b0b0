package org.sotdl4j.datasets.augment;

import org.sotdl4j.datasets.Picture;

/**
 * The angle on the circle of colours. Hue, saturation and value are whole numbers from 0 to 255, as
 * Pillow's mode HSV has them, so that a picture that is turned there and back changes a little.
 */
final class Hue {

  private static final int SECTORS = 6;

  private Hue() {}

  /**
   * Turns all colours.
   *
   * @param part of the circle, from -0.5 to 0.5
   */
  static Picture turn(Picture picture, double part) {
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    int shift = (int) (part * 255);
    for (int i = 0; i < in.length; i += Picture.CHANNELS) {
      int r = in[i] & 0xff;
      int g = in[i + 1] & 0xff;
      int b = in[i + 2] & 0xff;
      int value = Math.max(r, Math.max(g, b));
      int spread = value - Math.min(r, Math.min(g, b));
      int saturation = spread == 0 ? 0 : (int) ((float) spread / value * 255.0);
      int hue = spread == 0 ? 0 : hue(r, g, b, value, spread);
      write(out, i, hue + shift & 0xff, saturation, value);
    }
    return new Picture(picture.width(), picture.height(), out);
  }

  /** From 0, red, over green and blue to 255. */
  private static int hue(int r, int g, int b, int value, float spread) {
    float red = (value - r) / spread;
    float green = (value - g) / spread;
    float blue = (value - b) / spread;
    float sector;
    if (r == value) {
      sector = blue - green;
    } else if (g == value) {
      sector = (float) (2.0 + red - blue);
    } else {
      sector = (float) (4.0 + green - red);
    }
    float circle = (float) ((sector / 6.0 + 1.0) % 1.0);
    return (int) (circle * 255.0);
  }

  private static void write(byte[] out, int at, int hue, int saturation, int value) {
    float turned = (float) (hue * 6.0 / 255.0);
    int sector = (int) turned;
    float within = turned - sector;
    float share = (float) (saturation / 255.0);
    int low = Math.round((float) (value * (1.0 - share)));
    int falling = Math.round((float) (value * (1.0 - share * within)));
    int rising = Math.round((float) (value * (1.0 - share * (1.0 - within))));
    switch (saturation == 0 ? 0 : sector % SECTORS) {
      case 0 -> put(out, at, value, rising, low);
      case 1 -> put(out, at, falling, value, low);
      case 2 -> put(out, at, low, value, rising);
      case 3 -> put(out, at, low, falling, value);
      case 4 -> put(out, at, rising, low, value);
      default -> put(out, at, value, low, falling);
    }
  }

  private static void put(byte[] out, int at, int r, int g, int b) {
    out[at] = (byte) r;
    out[at + 1] = (byte) g;
    out[at + 2] = (byte) b;
  }
}
