package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * Mirrors left and right, sometimes.
 *
 * @param probability from 0 (never) to 1 (always)
 */
public record HorizontalFlip(double probability) implements Transform {

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    return random.nextDouble() < probability ? mirror(picture) : picture;
  }

  private static Picture mirror(Picture picture) {
    int width = picture.width();
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(
            in,
            Picture.CHANNELS * (y * width + x),
            out,
            Picture.CHANNELS * (y * width + width - 1 - x),
            Picture.CHANNELS);
      }
    }
    return new Picture(width, picture.height(), out);
  }
}
