package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * A random rectangle resized to a square, as torchvision and timm draw it: ten attempts to find an
 * area and an aspect ratio that fit into the picture, then the largest allowed rectangle in the
 * middle.
 *
 * @param size of the square, in pixels
 * @param minArea smallest part of the picture's area, usually 0.08
 * @param maxArea largest part of the picture's area, usually 1
 * @param minRatio smallest width / height, usually 3/4
 * @param maxRatio largest width / height, usually 4/3
 */
public record RandomResizedCrop(
    int size,
    double minArea,
    double maxArea,
    double minRatio,
    double maxRatio,
    Interpolation interpolation)
    implements Transform {

  private static final int ATTEMPTS = 10;

  public RandomResizedCrop {
    if (!(0 < minArea && minArea <= maxArea && 0 < minRatio && minRatio <= maxRatio)) {
      throw new IllegalArgumentException(
          "Random crops need 0 < smallest <= largest, but have areas from %s to %s and ratios from %s to %s"
              .formatted(minArea, maxArea, minRatio, maxRatio));
    }
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    return new Resize(size, size, interpolation).apply(crop(picture, random), random);
  }

  private Picture crop(Picture picture, RandomGenerator random) {
    int pictureWidth = picture.width();
    int pictureHeight = picture.height();
    for (int i = 0; i < ATTEMPTS; i++) {
      double area = uniform(minArea, maxArea, random) * pictureWidth * pictureHeight;
      double ratio = Math.exp(uniform(Math.log(minRatio), Math.log(maxRatio), random));
      int width = (int) Math.rint(Math.sqrt(area * ratio));
      int height = (int) Math.rint(Math.sqrt(area / ratio));
      if (0 < width && width <= pictureWidth && 0 < height && height <= pictureHeight) {
        int top = random.nextInt(pictureHeight - height + 1);
        int left = random.nextInt(pictureWidth - width + 1);
        return picture.crop(left, top, width, height);
      }
    }
    double ratio = (double) pictureWidth / pictureHeight;
    int width = ratio > maxRatio ? (int) Math.rint(pictureHeight * maxRatio) : pictureWidth;
    int height = ratio < minRatio ? (int) Math.rint(pictureWidth / minRatio) : pictureHeight;
    return picture.crop((pictureWidth - width) / 2, (pictureHeight - height) / 2, width, height);
  }

  private static double uniform(double from, double to, RandomGenerator random) {
    return from + (to - from) * random.nextDouble();
  }
}
