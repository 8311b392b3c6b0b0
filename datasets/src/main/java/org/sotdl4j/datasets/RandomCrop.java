package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * A square anywhere in the picture after a black border was put around it, the usual augmentation
 * of CIFAR.
 *
 * @param size of the square, in pixels
 * @param padding width of the border, in pixels
 */
public record RandomCrop(int size, int padding) implements Transform {

  /**
   * Cuts out a square.
   *
   * @throws IllegalArgumentException if the picture with its border is smaller than the square
   */
  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    int freeX = picture.width() + 2 * padding - size;
    int freeY = picture.height() + 2 * padding - size;
    if (freeX < 0 || freeY < 0) {
      throw new IllegalArgumentException(
          "A picture of %d x %d with a border of %d is too small for a crop of %d: resize it first"
              .formatted(picture.width(), picture.height(), padding, size));
    }
    int top = random.nextInt(freeY + 1) - padding;
    int left = random.nextInt(freeX + 1) - padding;
    return picture.crop(left, top, size, size);
  }
}
