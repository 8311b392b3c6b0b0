package org.sotdl4j.datasets.augment;

import java.util.List;
import org.sotdl4j.datasets.Interpolation;

/**
 * What the operations of a policy have in common; timm's {@code hparams}.
 *
 * @param translatePixels how far TranslateX and TranslateY move at magnitude 10
 * @param translateShare how far the relative ones do, as a part of the side
 * @param fill colour of what comes into the picture from outside, 0xRRGGBB
 * @param interpolations of rotating, shearing and moving; one is drawn where there are several
 */
public record AugmentSettings(
    double translatePixels, double translateShare, int fill, List<Interpolation> interpolations) {

  public AugmentSettings {
    interpolations = List.copyOf(interpolations);
    if (interpolations.isEmpty() || interpolations.contains(Interpolation.NEAREST)) {
      throw new IllegalArgumentException(
          "Augmentation interpolates bilinear or bicubic, not " + interpolations);
    }
  }

  /**
   * timm's for training at a size.
   *
   * @param size side of the model's input, pixels
   * @param mean of the input's normalization, from 0 to 1, which becomes the fill
   * @param interpolations one, or several to draw from
   */
  public static AugmentSettings of(int size, List<Float> mean, List<Interpolation> interpolations) {
    int fill = 0;
    for (float channel : mean) {
      fill = fill << 8 | (int) Math.min(255, Math.rint(255.0 * channel));
    }
    return new AugmentSettings((int) (size * 0.45), 0.45, fill, interpolations);
  }

  AugmentSettings withTranslateShare(double share) {
    return new AugmentSettings(translatePixels, share, fill, interpolations);
  }
}
