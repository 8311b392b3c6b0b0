package org.sotdl4j.datasets.augment;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sotdl4j.datasets.Transform;

/**
 * Reads timm's descriptions of augmentation: {@code rand-m9-mstd0.5-inc1} (RandAugment), {@code
 * original-mstd0.5} (AutoAugment) or {@code augmix-m5-w4-d2} (AugMix). The keys: m magnitude, n
 * operations a picture, p probability of each, mstd standard deviation of the magnitude, mmax its
 * bound, inc1 for operations that grow with the magnitude, t a named set of operations ({@code
 * weights}, {@code 3a}, {@code 3aw}); of AugMix w chains, d operations of a chain, a alpha, b1
 * blended.
 */
public final class AugmentPolicy {

  private static final Pattern SECTION = Pattern.compile("([a-z]+)([0-9][0-9.]*)");

  /** AugMix moves pictures less far. */
  private static final double AUGMIX_TRANSLATE = 0.3;

  /** A standard deviation above it stands for an even distribution. */
  private static final double LARGEST_STD = 100;

  private static final List<String> RANDOM =
      List.of(
          "AutoContrast",
          "Equalize",
          "Invert",
          "Rotate",
          "Posterize",
          "Solarize",
          "SolarizeAdd",
          "Color",
          "Contrast",
          "Brightness",
          "Sharpness",
          "ShearX",
          "ShearY",
          "TranslateXRel",
          "TranslateYRel");

  private static final List<String> RANDOM_INCREASING =
      List.of(
          "AutoContrast",
          "Equalize",
          "Invert",
          "Rotate",
          "PosterizeIncreasing",
          "SolarizeIncreasing",
          "SolarizeAdd",
          "ColorIncreasing",
          "ContrastIncreasing",
          "BrightnessIncreasing",
          "SharpnessIncreasing",
          "ShearX",
          "ShearY",
          "TranslateXRel",
          "TranslateYRel");

  private static final List<String> THREE =
      List.of("SolarizeIncreasing", "Desaturate", "GaussianBlur");

  private static final String THREE_WEIGHTED =
      "SolarizeIncreasing 6, Desaturate 6, GaussianBlur 6, Rotate 3, ShearX 2, ShearY 2,"
          + " PosterizeIncreasing 1, AutoContrast 1, ColorIncreasing 1, SharpnessIncreasing 1,"
          + " ContrastIncreasing 1, BrightnessIncreasing 1, Equalize 1, Invert 1";

  private static final String WEIGHTED =
      "Rotate 3, ShearX 2, ShearY 2, TranslateXRel 1, TranslateYRel 1, ColorIncreasing 0.25,"
          + " SharpnessIncreasing 0.25, AutoContrast 0.25, SolarizeIncreasing 0.05,"
          + " SolarizeAdd 0.05, ContrastIncreasing 0.05, BrightnessIncreasing 0.05,"
          + " Equalize 0.05, PosterizeIncreasing 0.05, Invert 0.05";

  private static final List<String> MIX =
      List.of(
          "AutoContrast",
          "ColorIncreasing",
          "ContrastIncreasing",
          "BrightnessIncreasing",
          "SharpnessIncreasing",
          "Equalize",
          "Rotate",
          "PosterizeIncreasing",
          "SolarizeIncreasing",
          "ShearX",
          "ShearY",
          "TranslateXRel",
          "TranslateYRel");

  private AugmentPolicy() {}

  /**
   * Reads a description.
   *
   * @throws IllegalArgumentException if it says nothing known; the message says what
   */
  public static Transform parse(String description, AugmentSettings settings) {
    String[] sections = description.split("-", -1);
    Map<String, String> given = new LinkedHashMap<>();
    for (String section : Arrays.asList(sections).subList(1, sections.length)) {
      Matcher m = SECTION.matcher(section);
      if (sections[0].equals("rand") && section.startsWith("t")) {
        given.putIfAbsent("t", section.substring(1)); // the first counts, as timm has it
      } else if (m.matches()) {
        given.put(m.group(1), m.group(2));
      } else {
        throw wrong(description, "'%s' is no key with a number, as m9".formatted(section));
      }
    }
    Numbers numbers = new Numbers(description, given);
    Transform transform =
        switch (sections[0]) {
          case "rand" -> random(numbers, settings);
          case "augmix" -> mix(numbers, settings.withTranslateShare(AUGMIX_TRANSLATE));
          default ->
              AutoAugment.named(sections[0], numbers.number("mstd", 0), settings)
                  .orElseThrow(() ->
                      wrong(
                          description,
                          "it must begin with rand, augmix, original, originalr, v0, v0r or 3a"));
        };
    numbers.requireAllUsed();
    return transform;
  }

  private static RandAugment random(Numbers numbers, AugmentSettings settings) {
    double std = numbers.number("mstd", 0);
    boolean increasing = numbers.whole("inc", 0) != 0;
    String set = numbers.text("t");
    List<String> names =
        switch (set) {
          case "weights" -> names(WEIGHTED);
          case "3aw" -> names(THREE_WEIGHTED);
          case "3a" -> THREE;
          default -> increasing ? RANDOM_INCREASING : RANDOM; // timm's answer to any other
        };
    List<Double> weights =
        switch (set) {
          case "weights" -> weights(WEIGHTED);
          case "3aw" -> weights(THREE_WEIGHTED);
          default -> List.of();
        };
    List<AugmentOp> ops =
        ops(
            names,
            numbers.share("p", 0.5),
            numbers.whole("m", 10),
            std > LARGEST_STD ? Double.POSITIVE_INFINITY : std,
            numbers.whole("mmax", 0),
            settings);
    int layers = numbers.whole("n", 2);
    if (!weights.isEmpty() && layers > ops.size()) {
      throw numbers.wrong("n%d is more than its %d operations".formatted(layers, ops.size()));
    }
    return new RandAugment(ops, layers, weights);
  }

  private static AugMix mix(Numbers numbers, AugmentSettings settings) {
    double std = numbers.number("mstd", Double.POSITIVE_INFINITY);
    List<AugmentOp> ops = ops(MIX, 1, numbers.whole("m", 3), std, 0, settings);
    double alpha = numbers.number("a", 1);
    int width = numbers.whole("w", 3);
    if (alpha == 0 || width == 0) {
      throw numbers.wrong("a and w must be above 0");
    }
    return new AugMix(ops, alpha, width, numbers.whole("d", 0), numbers.whole("b", 0) != 0);
  }

  private static List<AugmentOp> ops(
      List<String> names,
      double probability,
      double magnitude,
      double std,
      double max,
      AugmentSettings settings) {
    return names.stream()
        .map(name -> Operation.named(name).orElseThrow())
        .map(o -> new AugmentOp(o, probability, magnitude, std, max, settings))
        .toList();
  }

  private static List<String> names(String table) {
    return Arrays.stream(table.split(", ", -1)).map(row -> row.split(" ", -1)[0]).toList();
  }

  private static List<Double> weights(String table) {
    double[] weights =
        Arrays.stream(table.split(", ", -1))
            .mapToDouble(row -> Double.parseDouble(row.split(" ", -1)[1]))
            .toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).boxed().toList();
  }

  private static IllegalArgumentException wrong(String description, String reason) {
    return new IllegalArgumentException(
        "'%s' is no augmentation: %s".formatted(description, reason));
  }

  /** The sections of a description; knows which were asked for. */
  private record Numbers(String description, Map<String, String> left) {

    String text(String key) {
      String value = left.remove(key);
      return value == null ? "" : value;
    }

    double number(String key, double otherwise) {
      String value = left.remove(key);
      if (value == null) {
        return otherwise;
      }
      try {
        return Double.parseDouble(value);
      } catch (NumberFormatException _) {
        throw wrong("%s is no number".formatted(value));
      }
    }

    double share(String key, double otherwise) {
      double value = number(key, otherwise);
      if (value > 1) {
        throw wrong("%s must be from 0 to 1, not %s".formatted(key, value));
      }
      return value;
    }

    int whole(String key, int otherwise) {
      double value = number(key, otherwise);
      if (value != (int) value) {
        throw wrong("%s needs a whole number, not %s".formatted(key, value));
      }
      return (int) value;
    }

    void requireAllUsed() {
      if (!left.isEmpty()) {
        throw wrong("it has no key " + left.keySet().iterator().next());
      }
    }

    IllegalArgumentException wrong(String reason) {
      return AugmentPolicy.wrong(description, reason);
    }
  }
}
