package org.sotdl4j.datasets;

/**
 * How {@link Resize} weighs pixels, with Pillow's names and definitions. Bilinear and bicubic are
 * antialiased: their kernels widen as the picture shrinks.
 */
public enum Interpolation {
  /** The pixel that is there. */
  NEAREST(0) {
    @Override
    double weight(double distance) {
      throw new UnsupportedOperationException("nearest picks, it does not weigh");
    }
  },

  /** A triangle. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /** Keys' cubic convolution with a = -0.5. */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double a = -0.5;
      double d = Math.abs(distance);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
  };

  /** The distance from which on the weight is 0. */
  final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** The weight of a pixel at a distance, in pixels. */
  abstract double weight(double distance);
}
