package org.sotdl4j.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Folders of pictures of 20 x 20 pixels, encoded by the JDK: red, green and blue noise. */
public final class TinyPictures {

  private static final int SIDE = 20;

  private TinyPictures() {}

  /**
   * Writes {@code train/} and {@code val/}.
   *
   * @param classes 2 or 3
   * @param train pictures of each class
   * @param val pictures of each class
   */
  public static Path write(Path folder, int classes, int train, int val) throws IOException {
    for (int c = 0; c < classes; c++) {
      String name = "class" + c;
      pictures(Files.createDirectories(folder.resolve("train").resolve(name)), c, train, 1);
      pictures(Files.createDirectories(folder.resolve("val").resolve(name)), c, val, 2);
    }
    return folder;
  }

  /** Writes a picture in which one of red (0), green (1) and blue (2) is the strongest. */
  public static Path picture(Path file, int colour, long seed) throws IOException {
    Random random = new Random(seed);
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int noise = 0x010101 * random.nextInt(100);
        image.setRGB(x, y, noise + (120 << (8 * (2 - colour))));
      }
    }
    String name = file.getFileName().toString();
    ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
    return file;
  }

  private static void pictures(Path folder, int colour, int count, int part) throws IOException {
    for (int i = 0; i < count; i++) {
      String format = i % 2 == 0 ? "png" : "jpg";
      picture(
          folder.resolve("%02d.%s".formatted(i, format)), colour, 1000L * part + 100L * colour + i);
    }
  }
}
