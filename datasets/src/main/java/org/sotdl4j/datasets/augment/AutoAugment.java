package org.sotdl4j.datasets.augment;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * AutoAugment (Cubuk et al., 2019, arXiv 1805.09501): one of the sub-policies that were found on
 * ImageNet, drawn for each picture.
 *
 * @param policy the sub-policies, each the operations that follow one another
 */
public record AutoAugment(List<List<AugmentOp>> policy) implements Transform {

  /** Name, probability and magnitude of each operation; a line is a sub-policy. */
  private static final String V0 =
      """
      Equalize 0.8 1, ShearY 0.8 4
      Color 0.4 9, Equalize 0.6 3
      Color 0.4 1, Rotate 0.6 8
      Solarize 0.8 3, Equalize 0.4 7
      Solarize 0.4 2, Solarize 0.6 2
      Color 0.2 0, Equalize 0.8 8
      Equalize 0.4 8, SolarizeAdd 0.8 3
      ShearX 0.2 9, Rotate 0.6 8
      Color 0.6 1, Equalize 1.0 2
      Invert 0.4 9, Rotate 0.6 0
      Equalize 1.0 9, ShearY 0.6 3
      Color 0.4 7, Equalize 0.6 0
      Posterize 0.4 6, AutoContrast 0.4 7
      Solarize 0.6 8, Color 0.6 9
      Solarize 0.2 4, Rotate 0.8 9
      Rotate 1.0 7, TranslateYRel 0.8 9
      ShearX 0.0 0, Solarize 0.8 4
      ShearY 0.8 0, Color 0.6 4
      Color 1.0 0, Rotate 0.6 2
      Equalize 0.8 4, Equalize 0.0 8
      Equalize 1.0 4, AutoContrast 0.6 2
      ShearY 0.4 7, SolarizeAdd 0.6 7
      Posterize 0.8 2, Solarize 0.6 10
      Solarize 0.6 8, Equalize 0.6 1
      Color 0.8 6, Rotate 0.4 5
      """;

  /** The paper's table 9. */
  private static final String ORIGINAL =
      """
      PosterizeOriginal 0.4 8, Rotate 0.6 9
      Solarize 0.6 5, AutoContrast 0.6 5
      Equalize 0.8 8, Equalize 0.6 3
      PosterizeOriginal 0.6 7, PosterizeOriginal 0.6 6
      Equalize 0.4 7, Solarize 0.2 4
      Equalize 0.4 4, Rotate 0.8 8
      Solarize 0.6 3, Equalize 0.6 7
      PosterizeOriginal 0.8 5, Equalize 1.0 2
      Rotate 0.2 3, Solarize 0.6 8
      Equalize 0.6 8, PosterizeOriginal 0.4 6
      Rotate 0.8 8, Color 0.4 0
      Rotate 0.4 9, Equalize 0.6 2
      Equalize 0.0 7, Equalize 0.8 8
      Invert 0.6 4, Equalize 1.0 8
      Color 0.6 4, Contrast 1.0 8
      Rotate 0.8 8, Color 1.0 2
      Color 0.8 8, Solarize 0.8 7
      Sharpness 0.4 7, Invert 0.6 8
      ShearX 0.6 5, Equalize 1.0 9
      Color 0.4 0, Equalize 0.6 3
      Equalize 0.4 7, Solarize 0.2 4
      Solarize 0.6 5, AutoContrast 0.6 5
      Invert 0.6 4, Equalize 1.0 8
      Color 0.6 4, Contrast 1.0 8
      Equalize 0.8 8, Equalize 0.6 3
      """;

  /** DeiT III's three (Touvron et al., 2022, arXiv 2204.07118). */
  private static final String THREE_AUGMENT =
      """
      Solarize 1.0 5
      Desaturate 1.0 10
      GaussianBlurRand 1.0 10
      """;

  public AutoAugment {
    policy = policy.stream().map(List::copyOf).toList();
  }

  /** The policy of a name, as {@code original}; an {@code r} at its end is Google's posterize. */
  static Optional<AutoAugment> named(String name, double magnitudeStd, AugmentSettings settings) {
    String table =
        switch (name) {
          case "v0" -> V0;
          case "v0r" -> V0.replace("Posterize ", "PosterizeIncreasing ");
          case "original" -> ORIGINAL;
          case "originalr" -> ORIGINAL.replace("PosterizeOriginal ", "PosterizeIncreasing ");
          case "3a" -> THREE_AUGMENT;
          default -> null;
        };
    return Optional.ofNullable(table).map(lines -> parse(lines, magnitudeStd, settings));
  }

  private static AutoAugment parse(String table, double magnitudeStd, AugmentSettings settings) {
    return new AutoAugment(
        table
            .lines()
            .map(line ->
                Arrays.stream(line.split(", ", -1))
                    .map(op -> op(op.split(" ", -1), magnitudeStd, settings))
                    .toList())
            .toList());
  }

  private static AugmentOp op(String[] words, double magnitudeStd, AugmentSettings settings) {
    return new AugmentOp(
        Operation.named(words[0]).orElseThrow(),
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        magnitudeStd,
        0,
        settings);
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    for (AugmentOp op : policy.get(random.nextInt(policy.size()))) {
      picture = op.apply(picture, random);
    }
    return picture;
  }
}
