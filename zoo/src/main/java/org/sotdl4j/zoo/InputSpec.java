package org.sotdl4j.zoo;

import java.util.List;

/**
 * How a picture becomes a model's input.
 *
 * @param size side of the square input, pixels
 * @param mean subtracted from each channel, of values in [0, 1]
 * @param std each channel is divided by it afterwards
 * @param cropPct for evaluation: the share of the resized picture's shorter side that the centre
 *     crop keeps
 * @param interpolation how the picture is resized: bilinear or bicubic
 */
public record InputSpec(
    int size, List<Double> mean, List<Double> std, double cropPct, String interpolation) {

  /** The usual statistics of ImageNet. */
  public static InputSpec imageNet(int size, double cropPct) {
    return new InputSpec(
        size, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), cropPct, "bicubic");
  }

  /** Values scaled to [-1, 1], as Inception's. */
  public static InputSpec inception(int size, double cropPct) {
    return new InputSpec(size, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5), cropPct, "bicubic");
  }

  /** Small pictures: used whole, values scaled to [-1, 1]. */
  public static InputSpec small(int size) {
    return inception(size, 1);
  }

  /** The same for another size. */
  public InputSpec withSize(int newSize) {
    return new InputSpec(newSize, mean, std, cropPct, interpolation);
  }
}
