package org.sotdl4j.app.explain;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the channels of a layer show of a picture, and which show nothing: T2T-ViT's argument for
 * its soft splits (Yuan et al., 2021, figure 2).
 *
 * @param channels [C][places], the places of a square map row by row
 */
@SuppressWarnings("ArrayRecordComponent")
record FeatureMaps(float[][] channels) {

  /** A channel is dead where it differs over the places by less than this share of the others. */
  static final double DEAD = 0.01;

  private static final int MOST = 32;
  private static final int PER_ROW = 8;
  private static final int TILE = 56;
  private static final int GAP = 4;
  private static final int DEAD_FRAME = 0xd93025;

  /**
   * The channels of a layer's output.
   *
   * @param output [1, N, C] or [1, C, H, W]
   * @param tokens class tokens before the places
   */
  static FeatureMaps of(INDArray output, int tokens) {
    if (output.rank() == 4) {
      INDArray map = output.slice(0);
      return new FeatureMaps(map.reshape(map.size(0), map.size(1) * map.size(2)).toFloatMatrix());
    }
    float[][] all = output.slice(0).transpose().toFloatMatrix();
    for (int c = 0; c < all.length; c++) {
      all[c] = Arrays.copyOfRange(all[c], tokens, all[c].length);
    }
    return new FeatureMaps(all);
  }

  /** The length of each place's features. */
  HeatMap norms() {
    double[] norms = new double[channels[0].length];
    for (int i = 0; i < norms.length; i++) {
      double sum = 0;
      for (float[] channel : channels) {
        sum += (double) channel[i] * channel[i];
      }
      norms[i] = Math.sqrt(sum);
    }
    return HeatMap.square(norms);
  }

  /** Which channels are the same everywhere, measured by the root mean square of all deviations. */
  boolean[] dead() {
    double[] deviations = new double[channels.length];
    double squares = 0;
    for (int c = 0; c < channels.length; c++) {
      deviations[c] = deviation(channels[c]);
      squares += deviations[c] * deviations[c];
    }
    double usual = Math.sqrt(squares / channels.length);
    boolean[] dead = new boolean[channels.length];
    for (int c = 0; c < channels.length; c++) {
      dead[c] = !(deviations[c] >= DEAD * usual) || usual == 0;
    }
    return dead;
  }

  private static double deviation(float[] values) {
    double mean = 0;
    for (float v : values) {
      mean += v / values.length;
    }
    double squares = 0;
    for (float v : values) {
      squares += (v - mean) * (v - mean);
    }
    return Math.sqrt(squares / values.length);
  }

  /** Some of the channels, in equal distances, from black to white; dead ones framed in red. */
  BufferedImage sheet() {
    boolean[] dead = dead();
    int shown = Math.min(MOST, channels.length);
    int rows = Math.ceilDiv(shown, PER_ROW);
    int step = TILE + GAP;
    var sheet =
        new BufferedImage(PER_ROW * step + GAP, rows * step + GAP, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < shown; i++) {
      int channel = i * channels.length / shown;
      tile(sheet, i % PER_ROW * step + GAP, i / PER_ROW * step + GAP, channel, dead[channel]);
    }
    return sheet;
  }

  private void tile(BufferedImage sheet, int left, int top, int channel, boolean dead) {
    float[] values = channels[channel];
    int side = (int) Math.sqrt(values.length);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float v : values) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    for (int y = -GAP; y < TILE + GAP; y++) {
      for (int x = -GAP; x < TILE + GAP; x++) {
        boolean inside = y >= 0 && y < TILE && x >= 0 && x < TILE;
        if (inside) {
          float v = values[y * side / TILE * side + x * side / TILE];
          int grey = most > least && !dead ? Math.round(255 * (v - least) / (most - least)) : 0;
          sheet.setRGB(left + x, top + y, 0xff000000 | grey * 0x010101);
        } else if (dead) {
          sheet.setRGB(left + x, top + y, 0xff000000 | DEAD_FRAME);
        }
      }
    }
  }
}
