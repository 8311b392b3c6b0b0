package org.sotdl4j.engine;

/** Adds up rows that were each added up from a block, so that no sum of floats is long. */
final class Columns {

  private Columns() {}

  /** Writes the sum of so many rows of a width, times a factor, to an address. */
  static void total(float[] rows, int count, int width, double factor, long target) {
    for (int i = 0; i < width; i++) {
      double total = 0;
      for (int row = 0; row < count; row++) {
        total += rows[row * width + i];
      }
      Floats.set(target + i * Floats.BYTES, (float) (total * factor));
    }
  }
}
