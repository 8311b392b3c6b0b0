package org.sotdl4j.datasets.augment;

import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * An operation with what decides whether and how strongly it is done.
 *
 * @param operation what is done
 * @param probability from 0 to 1
 * @param magnitude its strength
 * @param magnitudeStd standard deviation of the strength: 0 for always the same, infinity for one
 *     drawn evenly between 0 and {@code magnitude}
 * @param magnitudeMax the strength is cut off there; 0 for the usual 10
 * @param settings common to the policy
 */
public record AugmentOp(
    Operation operation,
    double probability,
    double magnitude,
    double magnitudeStd,
    double magnitudeMax,
    AugmentSettings settings)
    implements Transform {

  private static final double USUAL_MAX = 10;

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    if (probability < 1 && random.nextDouble() > probability) {
      return picture;
    }
    double drawn = magnitude;
    if (magnitudeStd == Double.POSITIVE_INFINITY) {
      drawn = magnitude * random.nextDouble();
    } else if (magnitudeStd > 0) {
      drawn = random.nextGaussian(magnitude, magnitudeStd);
    }
    double bounded = Math.clamp(drawn, 0, magnitudeMax == 0 ? USUAL_MAX : magnitudeMax);
    double argument = operation.argument(bounded, settings, random);
    return operation.apply(picture, argument, settings, random);
  }
}
