package org.sotdl4j.datasets;

import java.util.random.RandomGenerator;

/**
 * Replaces rectangles of a normalized picture by noise (Zhong et al., 2020, arXiv 1708.04896), as
 * timm's {@code random_erasing.py}: together 2 % to a third of the area, each 0.3 to 3.3 times as
 * high as wide.
 *
 * @param probability from 0 (never) to 1 (always)
 * @param mode what the rectangles are filled with
 * @param count most rectangles of a picture; their number is drawn from 1 on
 */
public record RandomErasing(double probability, Mode mode, int count) {

  /** Erases nothing. */
  public static final RandomErasing NONE = new RandomErasing(0, Mode.CONST, 1);

  private static final int ATTEMPTS = 10;
  private static final double MIN_AREA = 0.02;
  private static final double MAX_AREA = 1.0 / 3;
  private static final double LOG_ASPECT = Math.log(1 / 0.3);

  /** The fillings. */
  public enum Mode {
    /** 0, the mean colour of the data. */
    CONST,
    /** One normally distributed colour a rectangle. */
    RAND,
    /** A normally distributed colour for each pixel. */
    PIXEL
  }

  public RandomErasing {
    if (!(probability >= 0 && probability <= 1) || count < 1) {
      throw new IllegalArgumentException(
          "Random erasing needs a probability from 0 to 1 and a rectangle at least, but has %s and %d"
              .formatted(probability, count));
    }
  }

  /**
   * Erases in place.
   *
   * @param values [C, H, W] from {@code offset} on, normalized
   */
  public void apply(float[] values, int offset, int width, int height, RandomGenerator random) {
    if (probability == 0 || random.nextDouble() > probability) {
      return;
    }
    int rectangles = count == 1 ? 1 : random.nextInt(1, count + 1);
    for (int i = 0; i < rectangles; i++) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double share = MIN_AREA + (MAX_AREA - MIN_AREA) * random.nextDouble();
        double area = share * width * height / rectangles;
        double aspect = Math.exp(LOG_ASPECT * (2 * random.nextDouble() - 1));
        int h = (int) Math.rint(Math.sqrt(area * aspect));
        int w = (int) Math.rint(Math.sqrt(area / aspect));
        if (w < width && h < height) {
          int top = random.nextInt(height - h + 1);
          int left = random.nextInt(width - w + 1);
          for (int c = 0; c < Picture.CHANNELS; c++) {
            int corner = offset + (c * height + top) * width + left;
            fill(values, corner, w, h, width, random);
          }
          break;
        }
      }
    }
  }

  private void fill(float[] values, int corner, int w, int h, int width, RandomGenerator random) {
    float colour = mode == Mode.RAND ? (float) random.nextGaussian() : 0;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        values[corner + y * width + x] =
            mode == Mode.PIXEL ? (float) random.nextGaussian() : colour;
      }
    }
  }
}
