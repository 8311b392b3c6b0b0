package org.sotdl4j.datasets;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A transform drawn for each picture.
 *
 * @param choices all as probable
 */
record OneOf(List<Transform> choices) implements Transform {

  OneOf {
    choices = List.copyOf(choices);
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size())).apply(picture, random);
  }
}
