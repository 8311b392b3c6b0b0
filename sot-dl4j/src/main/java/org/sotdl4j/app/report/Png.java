package org.sotdl4j.app.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.ResizeShorterSide;

/** Pictures inside a page: {@code data:} addresses that hold a PNG. */
public final class Png {

  /** Shorter side of a picture, in pixels. */
  private static final int LARGEST = 224;

  private Png() {}

  /** A picture as it is. */
  public static String address(BufferedImage image) {
    var png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  /** A large picture is shrunk to what the page shows of it. */
  static String address(Picture original) {
    Picture picture =
        Math.min(original.width(), original.height()) <= LARGEST
            ? original
            : new ResizeShorterSide(LARGEST, Interpolation.BICUBIC)
                .apply(original, RandomGenerator.getDefault());
    return address(picture.image());
  }
}
