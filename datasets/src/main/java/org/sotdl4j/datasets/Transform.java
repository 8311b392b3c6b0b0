package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/** Makes a picture from a picture. A value without state, so threads may share it. */
@FunctionalInterface
public interface Transform {

  /**
   * Gives the new picture and leaves the old one as it is.
   *
   * @param random the source of all that is random here; the same state gives the same picture
   */
  Picture apply(Picture picture, RandomGenerator random);
}
