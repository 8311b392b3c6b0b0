package org.sotdl4j.datasets.augment;

import java.util.function.IntUnaryOperator;
import org.sotdl4j.datasets.Picture;

/** Operations that replace each value by one from a table, as Pillow's {@code ImageOps}. */
final class PointOps {

  private static final int LEVELS = 256;

  private PointOps() {}

  static Picture invert(Picture picture) {
    return map(picture, v -> 255 - v);
  }

  /** Inverts all values from a threshold on. */
  static Picture solarize(Picture picture, double threshold) {
    return map(picture, v -> v < threshold ? v : 255 - v);
  }

  /** Adds to all values below 128. */
  static Picture solarizeAdd(Picture picture, int add) {
    return map(picture, v -> v < 128 ? Math.min(255, v + add) : v);
  }

  /** Keeps the upper bits of a value; from 8 on all of them, down from 0 none. */
  static Picture posterize(Picture picture, int bits) {
    int mask = -1 << (8 - Math.clamp(bits, 0, 8));
    return map(picture, v -> v & mask);
  }

  /** Spreads each channel over the whole range. */
  static Picture autoContrast(Picture picture) {
    int[][] histogram = histogram(picture);
    byte[][] tables = new byte[Picture.CHANNELS][];
    for (int c = 0; c < Picture.CHANNELS; c++) {
      int lowest = 0;
      int highest = LEVELS - 1;
      while (histogram[c][lowest] == 0) {
        lowest++;
      }
      while (histogram[c][highest] == 0) {
        highest--;
      }
      if (highest == lowest) {
        tables[c] = table(v -> v);
      } else {
        double scale = 255.0 / (highest - lowest);
        double offset = -lowest * scale;
        tables[c] = table(v -> (int) (v * scale + offset));
      }
    }
    return map(picture, tables);
  }

  /** Makes each channel's histogram as even as a table can. */
  static Picture equalize(Picture picture) {
    int[][] histogram = histogram(picture);
    byte[][] tables = new byte[Picture.CHANNELS][];
    for (int c = 0; c < Picture.CHANNELS; c++) {
      int[] counts = histogram[c];
      int highest = LEVELS - 1;
      while (counts[highest] == 0) {
        highest--;
      }
      int pixels = picture.width() * picture.height();
      int step = (pixels - counts[highest]) / 255;
      if (step == 0) {
        tables[c] = table(v -> v);
      } else {
        int[] values = new int[LEVELS];
        int sum = step / 2;
        for (int v = 0; v < LEVELS; v++) {
          values[v] = sum / step;
          sum += counts[v];
        }
        tables[c] = table(v -> values[v]);
      }
    }
    return map(picture, tables);
  }

  private static int[][] histogram(Picture picture) {
    int[][] histogram = new int[Picture.CHANNELS][LEVELS];
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length; i += Picture.CHANNELS) {
      histogram[0][rgb[i] & 0xff]++;
      histogram[1][rgb[i + 1] & 0xff]++;
      histogram[2][rgb[i + 2] & 0xff]++;
    }
    return histogram;
  }

  private static byte[] table(IntUnaryOperator value) {
    byte[] table = new byte[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) Math.clamp(value.applyAsInt(v), 0, 255);
    }
    return table;
  }

  private static Picture map(Picture picture, IntUnaryOperator value) {
    byte[] table = table(value);
    return map(picture, new byte[][] {table, table, table});
  }

  private static Picture map(Picture picture, byte[][] tables) {
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += Picture.CHANNELS) {
      out[i] = tables[0][in[i] & 0xff];
      out[i + 1] = tables[1][in[i + 1] & 0xff];
      out[i + 2] = tables[2][in[i + 2] & 0xff];
    }
    return new Picture(picture.width(), picture.height(), out);
  }
}
