package org.sotdl4j.datasets;

/** The usual chains of transforms. */
public final class Transforms {

  private Transforms() {}

  /**
   * For evaluation, as timm: the shorter side resized to floor(size / cropPct), the middle of it
   * cut out.
   *
   * @param size the side of the model's input, in pixels
   * @param cropPct the part of the shorter side that remains, over 0 and at most 1
   */
  public static Transform evaluation(int size, double cropPct, Interpolation interpolation) {
    if (!(0 < cropPct && cropPct <= 1)) {
      throw new IllegalArgumentException(
          "The crop's part must be over 0 and at most 1, but is " + cropPct);
    }
    return new Compose(
        new ResizeShorterSide((int) Math.floor(size / cropPct), interpolation),
        new CenterCrop(size));
  }

  /** For training on photographs, as on ImageNet: a random part, resized, and a random flip. */
  public static Transform trainingPhotographs(int size, Interpolation interpolation) {
    return new Compose(
        new RandomResizedCrop(size, 0.08, 1, 3.0 / 4, 4.0 / 3, interpolation),
        new HorizontalFlip(0.5));
  }

  /**
   * For training on small pictures such as CIFAR's: moved by up to {@code padding} pixels, and a
   * random flip.
   *
   * @param padding usually 4 for 32 pixels, 2 for 28
   */
  public static Transform trainingSmallPictures(
      int size, int padding, Interpolation interpolation) {
    return new Compose(
        new ResizeShorterSide(size, interpolation),
        new RandomCrop(size, padding),
        new HorizontalFlip(0.5));
  }
}
