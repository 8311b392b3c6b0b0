package org.sotdl4j.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sotdl4j.datasets.augment.AugmentPolicy;
import org.sotdl4j.datasets.augment.AugmentSettings;
import org.sotdl4j.datasets.augment.ColorJitter;

/**
 * All that changes pictures in training, in timm's order: crop, flips, policy or colour jitter, and
 * after the normalization random erasing.
 *
 * @param scale smallest and largest part of the area that a random crop keeps; empty for the usual
 *     one, which moves small pictures instead of cutting them
 * @param ratio smallest and largest width / height of the crop; empty for 3/4 and 4/3
 * @param padding in place of such a crop: the width of a border around the whole picture, in which
 *     a square is cut anywhere; 0 for the crop
 * @param hflip probability of mirroring left and right
 * @param vflip probability of mirroring top and bottom
 * @param policy see {@link AugmentPolicy}; empty for none
 * @param colorJitter the strengths of {@link ColorJitter}; empty for none. A policy switches it
 *     off, except for 3a
 * @param eraseProbability see {@link RandomErasing}
 * @param eraseMode what is put there
 * @param eraseCount most rectangles
 * @param interpolations of resizing and of the policy, drawn where there are several; empty for the
 *     model's
 * @param repeats how often a picture comes in a batch, each time augmented anew (Hoffer et al.,
 *     2020); an epoch has as many steps as without, and so fewer pictures
 */
public record Augmentation(
    List<Double> scale,
    List<Double> ratio,
    int padding,
    double hflip,
    double vflip,
    String policy,
    List<Double> colorJitter,
    double eraseProbability,
    RandomErasing.Mode eraseMode,
    int eraseCount,
    List<Interpolation> interpolations,
    int repeats) {

  /** A random crop and a flip. */
  public static final Augmentation USUAL =
      new Augmentation(
          List.of(),
          List.of(),
          0,
          0.5,
          0,
          "",
          List.of(),
          0,
          RandomErasing.Mode.CONST,
          1,
          List.of(),
          1);

  /** Up to this side a picture is small: it is moved by some pixels in training, not cut. */
  private static final int SMALL = 64;

  private static final List<Double> USUAL_SCALE = List.of(0.08, 1.0);
  private static final List<Double> USUAL_RATIO = List.of(3.0 / 4, 4.0 / 3);

  public Augmentation {
    scale = List.copyOf(scale);
    ratio = List.copyOf(ratio);
    colorJitter = List.copyOf(colorJitter);
    interpolations = List.copyOf(interpolations);
  }

  /**
   * What is done to a picture.
   *
   * @param size side of the model's input, pixels
   * @param mean of the model's normalization
   * @param usual the model's interpolation
   * @throws IllegalArgumentException if the policy cannot be read
   */
  public Transform transform(int size, List<Float> mean, Interpolation usual) {
    List<Interpolation> used = interpolations.isEmpty() ? List.of(usual) : interpolations;
    List<Transform> steps = new ArrayList<>();
    if (movesPictures(size)) {
      steps.add(anyOf(used, i -> new ResizeShorterSide(size, i)));
      steps.add(new RandomCrop(size, padding > 0 ? padding : size < 32 ? 2 : 4));
    } else {
      List<Double> areas = usualScale();
      List<Double> ratios = usualRatio();
      steps.add(
          anyOf(
              used,
              i ->
                  new RandomResizedCrop(
                      size,
                      areas.getFirst(),
                      areas.getLast(),
                      ratios.getFirst(),
                      ratios.getLast(),
                      i)));
    }
    if (hflip > 0) {
      steps.add(new HorizontalFlip(hflip));
    }
    if (vflip > 0) {
      steps.add(new VerticalFlip(vflip));
    }
    if (!policy.isEmpty()) {
      steps.add(AugmentPolicy.parse(policy, AugmentSettings.of(size, mean, used)));
    }
    if (!colorJitter.isEmpty() && (policy.isEmpty() || policy.contains("3a"))) {
      steps.add(new ColorJitter(colorJitter));
    }
    return new Compose(steps);
  }

  private static Transform anyOf(
      List<Interpolation> interpolations, Function<Interpolation, Transform> transform) {
    return interpolations.size() == 1
        ? transform.apply(interpolations.getFirst())
        : new OneOf(interpolations.stream().map(transform).toList());
  }

  private boolean movesPictures(int size) {
    return padding > 0 || (size <= SMALL && scale.isEmpty() && ratio.isEmpty());
  }

  private List<Double> usualScale() {
    return scale.isEmpty() ? USUAL_SCALE : scale;
  }

  private List<Double> usualRatio() {
    return ratio.isEmpty() ? USUAL_RATIO : ratio;
  }

  /** What is done to the normalized picture. */
  public RandomErasing erasing() {
    return new RandomErasing(eraseProbability, eraseMode, eraseCount);
  }

  /**
   * The shorter side that a picture needs so that its smallest crop is not enlarged; a larger one
   * may be decoded at half, a quarter or an eighth of its size.
   */
  public int leastSide(int size) {
    if (movesPictures(size)) {
      return 2 * size; // resized by half at least, as smooth as from the whole picture
    }
    List<Double> ratios = usualRatio();
    double narrowest = Math.min(ratios.getFirst(), 1 / ratios.getLast());
    return (int) Math.ceil(size / Math.sqrt(usualScale().getFirst() * narrowest));
  }
}
