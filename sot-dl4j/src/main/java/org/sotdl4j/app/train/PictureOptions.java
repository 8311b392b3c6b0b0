package org.sotdl4j.app.train;

import java.util.Locale;
import java.util.Optional;
import org.sotdl4j.datasets.Augmentation;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.zoo.InputSpec;

/**
 * How a run prepares its pictures, where that is not the model's usual way.
 *
 * @param augmentation of the training pictures
 * @param cropPct in evaluation, the part of the shorter side that remains; empty for the model's
 * @param interpolation of resizing; empty for the model's
 */
public record PictureOptions(
    Augmentation augmentation, Optional<Double> cropPct, Optional<Interpolation> interpolation) {

  /** The model's way, with a random crop and a flip in training. */
  public static final PictureOptions USUAL =
      new PictureOptions(Augmentation.USUAL, Optional.empty(), Optional.empty());

  /** A model's input under these options. */
  public InputSpec input(InputSpec usual) {
    return new InputSpec(
        usual.size(),
        usual.mean(),
        usual.std(),
        cropPct.orElse(usual.cropPct()),
        interpolation.map(i -> i.name().toLowerCase(Locale.ROOT)).orElse(usual.interpolation()));
  }
}
