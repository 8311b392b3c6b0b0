package org.sotdl4j.datasets.augment;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Picture;

/**
 * The operations of timm's policies: how a magnitude, usually from 0 to 10, becomes the operation's
 * argument, and what the operation does with it.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
public enum Operation {
  AUTO_CONTRAST("AutoContrast", Level.NONE, (p, v, s, r) -> PointOps.autoContrast(p)),
  EQUALIZE("Equalize", Level.NONE, (p, v, s, r) -> PointOps.equalize(p)),
  INVERT("Invert", Level.NONE, (p, v, s, r) -> PointOps.invert(p)),
  ROTATE(
      "Rotate",
      (m, s, r) -> signed(m / 10 * 30, r),
      (p, v, s, r) -> move(p, Affine.rotate(v, p.width(), p.height()), s, r)),
  POSTERIZE("Posterize", (m, s, r) -> bits(m), Operation::posterize),
  POSTERIZE_INCREASING("PosterizeIncreasing", (m, s, r) -> 4 - bits(m), Operation::posterize),
  POSTERIZE_ORIGINAL("PosterizeOriginal", (m, s, r) -> bits(m) + 4, Operation::posterize),
  SOLARIZE("Solarize", (m, s, r) -> threshold(m), (p, v, s, r) -> PointOps.solarize(p, v)),
  SOLARIZE_INCREASING(
      "SolarizeIncreasing",
      (m, s, r) -> 256 - threshold(m),
      (p, v, s, r) -> PointOps.solarize(p, v)),
  SOLARIZE_ADD(
      "SolarizeAdd",
      (m, s, r) -> Math.min(128, (int) (m / 10 * 110)),
      (p, v, s, r) -> PointOps.solarizeAdd(p, (int) v)),
  COLOR("Color", (m, s, r) -> factor(m), (p, v, s, r) -> Enhance.color(p, v)),
  COLOR_INCREASING("ColorIncreasing", Operation::awayFromOne, (p, v, s, r) -> Enhance.color(p, v)),
  CONTRAST("Contrast", (m, s, r) -> factor(m), (p, v, s, r) -> Enhance.contrast(p, v)),
  CONTRAST_INCREASING(
      "ContrastIncreasing", Operation::awayFromOne, (p, v, s, r) -> Enhance.contrast(p, v)),
  BRIGHTNESS("Brightness", (m, s, r) -> factor(m), (p, v, s, r) -> Enhance.brightness(p, v)),
  BRIGHTNESS_INCREASING(
      "BrightnessIncreasing", Operation::awayFromOne, (p, v, s, r) -> Enhance.brightness(p, v)),
  SHARPNESS("Sharpness", (m, s, r) -> factor(m), (p, v, s, r) -> Enhance.sharpness(p, v)),
  SHARPNESS_INCREASING(
      "SharpnessIncreasing", Operation::awayFromOne, (p, v, s, r) -> Enhance.sharpness(p, v)),
  SHEAR_X(
      "ShearX",
      (m, s, r) -> signed(m / 10 * 0.3, r),
      (p, v, s, r) -> move(p, Affine.shearX(v), s, r)),
  SHEAR_Y(
      "ShearY",
      (m, s, r) -> signed(m / 10 * 0.3, r),
      (p, v, s, r) -> move(p, Affine.shearY(v), s, r)),
  TRANSLATE_X(
      "TranslateX",
      (m, s, r) -> signed(m / 10 * s.translatePixels(), r),
      (p, v, s, r) -> move(p, Affine.translate(v, 0), s, r)),
  TRANSLATE_Y(
      "TranslateY",
      (m, s, r) -> signed(m / 10 * s.translatePixels(), r),
      (p, v, s, r) -> move(p, Affine.translate(0, v), s, r)),
  TRANSLATE_X_REL(
      "TranslateXRel",
      (m, s, r) -> signed(m / 10 * s.translateShare(), r),
      (p, v, s, r) -> move(p, Affine.translate(v * p.width(), 0), s, r)),
  TRANSLATE_Y_REL(
      "TranslateYRel",
      (m, s, r) -> signed(m / 10 * s.translateShare(), r),
      (p, v, s, r) -> move(p, Affine.translate(0, v * p.height()), s, r)),
  DESATURATE(
      "Desaturate",
      (m, s, r) -> within(0.5, 1, m),
      (p, v, s, r) -> Enhance.color(p, Math.clamp(1 - v, 0.0, 1.0))),
  GAUSSIAN_BLUR(
      "GaussianBlur", (m, s, r) -> within(0.1, 2, m), (p, v, s, r) -> GaussianBlur.apply(p, v)),
  GAUSSIAN_BLUR_RAND(
      "GaussianBlurRand",
      (m, s, r) -> within(0, 1, m),
      (p, v, s, r) -> GaussianBlur.apply(p, 0.1 + (2 * v - 0.1) * r.nextDouble()));

  /** From a magnitude to an argument. */
  @FunctionalInterface
  private interface Level {
    /** Of operations without an argument. */
    Level NONE = (magnitude, settings, random) -> Double.NaN;

    double argument(double magnitude, AugmentSettings settings, RandomGenerator random);
  }

  @FunctionalInterface
  private interface Effect {
    Picture apply(
        Picture picture, double argument, AugmentSettings settings, RandomGenerator random);
  }

  private final String timmName;
  private final Level level;
  private final Effect effect;

  Operation(String timmName, Level level, Effect effect) {
    this.timmName = timmName;
    this.level = level;
    this.effect = effect;
  }

  /** The name in timm's policies. */
  public String timmName() {
    return timmName;
  }

  /** The operation that timm calls so. */
  public static Optional<Operation> named(String timmName) {
    return Arrays.stream(values()).filter(o -> o.timmName.equals(timmName)).findFirst();
  }

  /** Whether the magnitude has an influence. */
  public boolean hasArgument() {
    return switch (this) {
      case AUTO_CONTRAST, EQUALIZE, INVERT -> false;
      default -> true;
    };
  }

  /**
   * The argument at a magnitude; its sign is drawn where the operation has two directions. Not a
   * number where it has none.
   */
  public double argument(double magnitude, AugmentSettings settings, RandomGenerator random) {
    return level.argument(magnitude, settings, random);
  }

  /** The changed picture, of the same size. */
  public Picture apply(
      Picture picture, double argument, AugmentSettings settings, RandomGenerator random) {
    return effect.apply(picture, argument, settings, random);
  }

  private static double signed(double value, RandomGenerator random) {
    return random.nextDouble() > 0.5 ? -value : value;
  }

  private static int bits(double magnitude) {
    return (int) (magnitude / 10 * 4);
  }

  private static int threshold(double magnitude) {
    return Math.min(256, (int) (magnitude / 10 * 256));
  }

  private static double factor(double magnitude) {
    return magnitude / 10 * 1.8 + 0.1;
  }

  private static double awayFromOne(
      double magnitude, AugmentSettings settings, RandomGenerator random) {
    return Math.max(0.1, 1 + signed(magnitude / 10 * 0.9, random));
  }

  private static double within(double smallest, double largest, double magnitude) {
    return Math.clamp(smallest + (largest - smallest) * (magnitude / 10), smallest, largest);
  }

  private static Picture posterize(
      Picture picture, double bits, AugmentSettings settings, RandomGenerator random) {
    return PointOps.posterize(picture, (int) bits);
  }

  private static Picture move(
      Picture picture, Affine map, AugmentSettings settings, RandomGenerator random) {
    var choices = settings.interpolations();
    Interpolation interpolation =
        choices.size() == 1 ? choices.getFirst() : choices.get(random.nextInt(choices.size()));
    return map.apply(picture, interpolation, settings.fill());
  }
}
