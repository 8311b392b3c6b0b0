package org.sotdl4j.datasets;

/** The usual chain of transforms for evaluation; that of training is {@link Augmentation}. */
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
}
