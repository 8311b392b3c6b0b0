package org.sotdl4j.datasets.augment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * Random brightness, contrast and colour, in random order, as torchvision's {@code ColorJitter}
 * without hue.
 *
 * @param strength the factors are drawn evenly from max(0, 1 - strength) to 1 + strength
 */
public record ColorJitter(double strength) implements Transform {

  @FunctionalInterface
  private interface Enhancement {
    Picture apply(Picture picture, double factor);
  }

  private static final List<Enhancement> ENHANCEMENTS =
      List.of(Enhance::brightness, Enhance::contrast, Enhance::color);

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    List<Enhancement> order = new ArrayList<>(ENHANCEMENTS);
    Collections.shuffle(order, random);
    double smallest = Math.max(0, 1 - strength);
    for (Enhancement enhancement : order) {
      double factor = smallest + (1 + strength - smallest) * random.nextDouble();
      picture = enhancement.apply(picture, factor);
    }
    return picture;
  }
}
