package org.sotdl4j.datasets;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One transform after the other.
 *
 * @param steps the first comes first
 */
public record Compose(List<Transform> steps) implements Transform {

  public Compose {
    steps = List.copyOf(steps);
  }

  public Compose(Transform... steps) {
    this(List.of(steps));
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    for (Transform step : steps) {
      picture = step.apply(picture, random);
    }
    return picture;
  }
}
