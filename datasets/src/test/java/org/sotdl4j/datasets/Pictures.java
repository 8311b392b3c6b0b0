package org.sotdl4j.datasets;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Pictures for the tests, encoded by the JDK and so independent of OpenCV. */
final class Pictures {

  private Pictures() {}

  /**
   * A picture of a formula.
   *
   * @param rgb gives 0xRRGGBB of (x, y)
   */
  static Picture of(int width, int height, IntBinaryOperator rgb) {
    byte[] out = new byte[3 * width * height];
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int value = rgb.applyAsInt(x, y);
        out[to++] = (byte) (value >> 16);
        out[to++] = (byte) (value >> 8);
        out[to++] = (byte) value;
      }
    }
    return new Picture(width, height, out);
  }

  /** Each pixel tells its place: red is x, green is y, blue is 200. */
  static Picture places(int width, int height) {
    return of(width, height, (x, y) -> x << 16 | y << 8 | 200);
  }

  /** The red value at (x, y). */
  static int red(Picture p, int x, int y) {
    return p.rgb()[3 * (y * p.width() + x)] & 0xff;
  }

  /** The green value at (x, y). */
  static int green(Picture p, int x, int y) {
    return p.rgb()[3 * (y * p.width() + x) + 1] & 0xff;
  }

  /**
   * A file's content.
   *
   * @param format {@code png} or {@code jpg}
   */
  static byte[] encode(Picture picture, String format) {
    var image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int at = 3 * (y * picture.width() + x);
        byte[] rgb = picture.rgb();
        image.setRGB(
            x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
      }
    }
    return encode(image, format);
  }

  static byte[] encode(BufferedImage image, String format) {
    var out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("The JDK cannot write this as " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
