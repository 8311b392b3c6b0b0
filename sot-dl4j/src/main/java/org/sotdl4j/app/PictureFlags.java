package org.sotdl4j.app;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sotdl4j.app.train.PictureOptions;
import org.sotdl4j.datasets.Augmentation;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.RandomErasing;
import org.sotdl4j.datasets.augment.ColorJitter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how pictures are prepared, with timm's names. */
final class PictureFlags {

  /** Any size shows whether a policy can be read. */
  private static final int SIZE = 224;

  private static final List<Interpolation> RANDOM =
      List.of(Interpolation.BILINEAR, Interpolation.BICUBIC);

  @Option(
      names = "--aa",
      paramLabel = "POLICY",
      description = {
        "Augmentation as timm writes it: rand-m9-mstd0.5-inc1 (RandAugment), original, v0 or 3a"
            + " (AutoAugment), augmix-m5-w4-d2 (AugMix); default: none"
      })
  private String policy = "";

  @Option(
      names = "--color-jitter",
      arity = "1..4",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "S,...",
      description =
          "Random brightness, contrast and saturation by up to S; 3 numbers for one each, and a 4th, up to 0.5, for hue; not beside --aa, except 3a; default: none")
  private List<Double> colorJitter = List.of();

  @Option(
      names = "--reprob",
      paramLabel = "P",
      description = "Probability of random erasing; default: ${DEFAULT-VALUE}")
  private double eraseProbability;

  @Option(
      names = "--remode",
      paramLabel = "MODE",
      defaultValue = "pixel",
      description = "Erase with const, rand (a colour) or pixel (noise); default: ${DEFAULT-VALUE}")
  private RandomErasing.Mode eraseMode;

  @Option(
      names = "--recount",
      paramLabel = "N",
      description = "Most erased rectangles; default: ${DEFAULT-VALUE}")
  private int eraseCount = 1;

  @Option(
      names = "--hflip",
      paramLabel = "P",
      description = "Probability of mirroring left and right; default: ${DEFAULT-VALUE}")
  private double hflip = 0.5;

  @Option(
      names = "--vflip",
      paramLabel = "P",
      description = "Probability of mirroring top and bottom; default: ${DEFAULT-VALUE}")
  private double vflip;

  @Option(
      names = "--scale",
      arity = "1..2",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "AREA,AREA",
      description =
          "Smallest and largest part of a picture that a random crop keeps; default: 0.08 1, and for inputs up to 64 pixels a move by some pixels instead of a crop")
  private List<Double> scale = List.of();

  @Option(
      names = "--ratio",
      arity = "1..2",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "RATIO,RATIO",
      description = "Smallest and largest width / height of the crop; default: 0.75 1.3333")
  private List<Double> ratio = List.of();

  @Option(
      names = "--crop-padding",
      paramLabel = "PIXELS",
      description =
          "In place of a random crop: put a border around the whole picture and cut a square anywhere; default: 0 for a crop")
  private int padding;

  @Option(
      names = "--aug-repeats",
      paramLabel = "N",
      description =
          "Show each picture N times in succession, an N-th of them an epoch; default: 0, as 1")
  private int repeats;

  @Option(
      names = "--interpolation",
      paramLabel = "NAME",
      description = "nearest, bilinear or bicubic; default: the model's")
  private Interpolation interpolation;

  @Option(
      names = "--train-interpolation",
      paramLabel = "NAME",
      description = "bilinear, bicubic or random (one of the two); default: as --interpolation")
  private String trainInterpolation;

  @Option(
      names = "--crop-pct",
      paramLabel = "PART",
      description =
          "In evaluation, the part of the shorter side that remains; default: the model's")
  private Double cropPct;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * What was asked for.
   *
   * @throws ParameterException if a value is wrong
   */
  PictureOptions options() {
    probability("--reprob", eraseProbability);
    probability("--hflip", hflip);
    probability("--vflip", vflip);
    if (!colorJitter.isEmpty()) {
      try {
        var _ = new ColorJitter(colorJitter);
      } catch (IllegalArgumentException e) {
        throw wrong("--color-jitter: " + e.getMessage());
      }
    }
    if (eraseCount < 1) {
      throw wrong("--recount must be 1 or more, not " + eraseCount);
    }
    if (repeats < 0) {
      throw wrong("--aug-repeats must be 0 or more, not " + repeats);
    }
    if (padding < 0) {
      throw wrong("--crop-padding must be 0 or more, not " + padding);
    }
    range("--scale", scale, 1);
    range("--ratio", ratio, Double.MAX_VALUE);
    if (cropPct != null && !(cropPct > 0 && cropPct <= 1)) {
      throw wrong("--crop-pct must be over 0 and at most 1, not " + cropPct);
    }
    Augmentation augmentation =
        new Augmentation(
            scale,
            ratio,
            padding,
            hflip,
            vflip,
            policy,
            colorJitter,
            eraseProbability,
            eraseMode,
            eraseCount,
            trainInterpolations(),
            Math.max(repeats, 1));
    if (!policy.isEmpty() && interpolation == Interpolation.NEAREST && trainInterpolation == null) {
      throw wrong(
          "--aa cannot work with --interpolation nearest; add --train-interpolation bilinear");
    }
    try {
      augmentation.transform(SIZE, Normalize.IMAGENET.mean(), Interpolation.BICUBIC);
    } catch (IllegalArgumentException e) {
      throw wrong("--aa: " + e.getMessage());
    }
    return new PictureOptions(
        augmentation, Optional.ofNullable(cropPct), Optional.ofNullable(interpolation));
  }

  private List<Interpolation> trainInterpolations() {
    return switch (trainInterpolation == null ? "" : trainInterpolation.toLowerCase(Locale.ROOT)) {
      case "" -> List.of();
      case "random" -> RANDOM;
      case "bilinear" -> List.of(Interpolation.BILINEAR);
      case "bicubic" -> List.of(Interpolation.BICUBIC);
      default ->
          throw wrong(
              "--train-interpolation must be bilinear, bicubic or random, not "
                  + trainInterpolation);
    };
  }

  private void probability(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw wrong("%s must be from 0 to 1, not %s".formatted(option, value));
    }
  }

  private void range(String option, List<Double> values, double largest) {
    if (values.isEmpty()) {
      return;
    }
    double from = values.getFirst();
    double to = values.getLast();
    if (values.size() != 2 || !(0 < from && from <= to && to <= largest)) {
      throw wrong(
          "%s needs two numbers above 0%s, the smaller first, not %s"
              .formatted(option, largest == 1 ? " and at most 1" : "", values));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
