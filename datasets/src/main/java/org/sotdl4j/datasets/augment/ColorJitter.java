package org.sotdl4j.datasets.augment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * Random brightness, contrast, saturation and hue, in random order, as torchvision's {@code
 * ColorJitter}.
 *
 * @param strengths of brightness, contrast and saturation, whose factors are drawn evenly from
 *     max(0, 1 - strength) to 1 + strength, and perhaps of hue, which is turned by up to the
 *     strength, a part of the circle up to 0.5; or one for brightness, contrast and saturation
 */
public record ColorJitter(List<Double> strengths) implements Transform {

  @FunctionalInterface
  private interface Enhancement {
    Picture apply(Picture picture, double factor);
  }

  private static final List<Enhancement> ENHANCEMENTS =
      List.of(Enhance::brightness, Enhance::contrast, Enhance::color, Hue::turn);

  private static final int HUE = 3;

  /**
   * Checks the number of strengths.
   *
   * @throws IllegalArgumentException unless there are one, three or four, and hue is at most 0.5
   */
  public ColorJitter {
    strengths = strengths.size() == 1 ? Collections.nCopies(HUE, strengths.getFirst()) : strengths;
    if (strengths.size() < HUE || strengths.size() > HUE + 1) {
      throw new IllegalArgumentException(
          "Colour jitter needs 1 strength, 3 or, with hue, 4, not %d".formatted(strengths.size()));
    }
    for (double strength : strengths) {
      if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("A strength must be 0 or more, not " + strength);
      }
    }
    if (strengths.size() > HUE && strengths.get(HUE) > 0.5) {
      throw new IllegalArgumentException("Hue turns by at most 0.5, not " + strengths.get(HUE));
    }
    strengths = List.copyOf(strengths);
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < strengths.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    for (int i : order) {
      double strength = strengths.get(i);
      double middle = i == HUE ? 0 : 1;
      double smallest = i == HUE ? -strength : Math.max(0, 1 - strength);
      double factor = smallest + (middle + strength - smallest) * random.nextDouble();
      picture = ENHANCEMENTS.get(i).apply(picture, factor);
    }
    return picture;
  }
}
