package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * The square in the middle, as torchvision's {@code CenterCrop}: half a pixel is rounded to the
 * even neighbour, and a picture that is too small gets a black border.
 *
 * @param size of the square, in pixels
 */
public record CenterCrop(int size) implements Transform {

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    return picture.crop(start(picture.width()), start(picture.height()), size, size);
  }

  private int start(int length) {
    // A border is split with the smaller half first: (size - length) / 2 before the picture.
    return length < size ? -((size - length) / 2) : (int) Math.rint((length - size) / 2.0);
  }
}
