package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * Mirrors top and bottom, sometimes.
 *
 * @param probability from 0 (never) to 1 (always)
 */
public record VerticalFlip(double probability) implements Transform {

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    return random.nextDouble() < probability ? mirror(picture) : picture;
  }

  private static Picture mirror(Picture picture) {
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    int row = Picture.CHANNELS * picture.width();
    for (int y = 0; y < picture.height(); y++) {
      System.arraycopy(in, y * row, out, (picture.height() - 1 - y) * row, row);
    }
    return new Picture(picture.width(), picture.height(), out);
  }
}
