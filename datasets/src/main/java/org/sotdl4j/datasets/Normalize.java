package org.sotdl4j.datasets;

import java.util.List;

/**
 * The last step, from pixels to numbers: (value / 255 - mean) / standard deviation, channel by
 * channel, in float as PyTorch computes it.
 *
 * @param mean of red, green, blue, on a scale from 0 to 1
 * @param std of red, green, blue, on the same scale
 */
public record Normalize(List<Float> mean, List<Float> std) {

  /** The statistics of ImageNet, which most checkpoints use. */
  public static final Normalize IMAGENET =
      new Normalize(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  public Normalize {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != Picture.CHANNELS || std.size() != Picture.CHANNELS || std.contains(0f)) {
      throw new IllegalArgumentException(
          "Normalization needs 3 means and 3 standard deviations other than 0, but has %s and %s"
              .formatted(mean, std));
    }
  }

  /**
   * Writes the numbers of a picture, [C, H, W].
   *
   * @param out receives them from {@code offset} on
   */
  public void apply(Picture picture, float[] out, int offset) {
    byte[] rgb = picture.rgb();
    int to = offset;
    for (int c = 0; c < Picture.CHANNELS; c++) {
      float[] table = table(c);
      for (int i = c; i < rgb.length; i += Picture.CHANNELS) {
        out[to++] = table[rgb[i] & 0xff];
      }
    }
  }

  /** The number of each value of a byte. */
  private float[] table(int channel) {
    float[] table = new float[256];
    for (int v = 0; v < table.length; v++) {
      table[v] = (v / 255f - mean.get(channel)) / std.get(channel);
    }
    return table;
  }
}
