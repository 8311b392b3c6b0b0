package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * Resizes so that the shorter side has a given length and the aspect ratio stays, as torchvision's
 * {@code Resize(size)}; the longer side is rounded down.
 *
 * @param size the shorter side, in pixels
 */
public record ResizeShorterSide(int size, Interpolation interpolation) implements Transform {

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    int shorter = Math.min(picture.width(), picture.height());
    int width = Math.toIntExact((long) size * picture.width() / shorter);
    int height = Math.toIntExact((long) size * picture.height() / shorter);
    return new Resize(width, height, interpolation).apply(picture, random);
  }
}
