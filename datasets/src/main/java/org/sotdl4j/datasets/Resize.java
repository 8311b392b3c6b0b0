package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * Resizes to an exact size, whatever the aspect ratio.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record Resize(int width, int height, Interpolation interpolation) implements Transform {

  public Resize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "Cannot resize to %d x %d: both sides need a pixel at least".formatted(width, height));
    }
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    if (picture.width() == width && picture.height() == height) {
      return picture;
    }
    return interpolation == Interpolation.NEAREST
        ? nearest(picture)
        : Resampling.vertical(
            Resampling.horizontal(picture, width, interpolation), height, interpolation);
  }

  private Picture nearest(Picture picture) {
    int[] columns = nearest(picture.width(), width);
    int[] rows = nearest(picture.height(), height);
    byte[] in = picture.rgb();
    byte[] out = new byte[Picture.CHANNELS * width * height];
    int to = 0;
    for (int row : rows) {
      for (int column : columns) {
        int from = Picture.CHANNELS * (row * picture.width() + column);
        out[to++] = in[from];
        out[to++] = in[from + 1];
        out[to++] = in[from + 2];
      }
    }
    return new Picture(width, height, out);
  }

  /** The source pixel under the centre of each target pixel; summed up as Pillow does. */
  private static int[] nearest(int from, int to) {
    double step = (double) from / to;
    double centre = step * 0.5;
    int[] source = new int[to];
    for (int i = 0; i < to; i++) {
      source[i] = (int) centre;
      centre += step;
    }
    return source;
  }
}
