package org.sotdl4j.app.explain;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.sotdl4j.datasets.Picture;

/**
 * How much each place of a picture counts.
 *
 * @param rows H
 * @param columns W
 * @param values [H W] row by row, none negative; not copied, so leave it alone
 */
@SuppressWarnings("ArrayRecordComponent")
public record HeatMap(int rows, int columns, double[] values) {

  /** Smaller pictures are magnified to about this width. */
  private static final int WIDTH = 224;

  /** What is left of the picture's light where it is cold. */
  private static final double DIMMED = 0.7;

  /** How much of the hottest places the colour covers. */
  private static final double STRONGEST = 0.75;

  /** From dark to light: black, violet, red, orange, yellow. */
  private static final int[][] COLOURS = {
    {0, 0, 4}, {87, 16, 110}, {188, 55, 84}, {249, 142, 9}, {252, 255, 164}
  };

  public HeatMap {
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          "%d values are no map of %d x %d".formatted(values.length, rows, columns));
    }
  }

  /** A map that is as high as wide. */
  static HeatMap square(double[] values) {
    int side = (int) Math.sqrt(values.length);
    return new HeatMap(side, side, values);
  }

  /** The places, the hottest first. */
  public int[] hottestFirst() {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -values[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  /**
   * The picture in the colours of the map where that is hot, and dimmed elsewhere. The colours
   * reach from the map's least value to its greatest.
   */
  public BufferedImage over(Picture picture) {
    double least = Arrays.stream(values).min().orElseThrow();
    double spread = Math.max(Arrays.stream(values).max().orElseThrow() - least, Double.MIN_NORMAL);
    int scale = Math.ceilDiv(WIDTH, picture.width());
    int width = scale * picture.width();
    int height = scale * picture.height();
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double heat = (at((y + 0.5) / height, (x + 0.5) / width) - least) / spread;
        int rgb = 0;
        for (int c = 0; c < Picture.CHANNELS; c++) {
          int pixel = y / scale * picture.width() + x / scale;
          int seen = picture.rgb()[Picture.CHANNELS * pixel + c] & 0xff;
          double mixed = mix(DIMMED * seen, colour(heat, c), STRONGEST * heat);
          rgb = rgb << 8 | (int) Math.round(mixed);
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  /** Between the places' middles linearly; coordinates from 0 to 1. */
  private double at(double v, double u) {
    double y = Math.clamp(v * rows - 0.5, 0, rows - 1.0);
    double x = Math.clamp(u * columns - 0.5, 0, columns - 1.0);
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, rows - 1);
    int right = Math.min(left + 1, columns - 1);
    double above = mix(values[top * columns + left], values[top * columns + right], x - left);
    double below = mix(values[bottom * columns + left], values[bottom * columns + right], x - left);
    return mix(above, below, y - top);
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }

  private static double colour(double heat, int channel) {
    double place = heat * (COLOURS.length - 1);
    int low = Math.min((int) place, COLOURS.length - 2);
    return mix(COLOURS[low][channel], COLOURS[low + 1][channel], place - low);
  }
}
