package org.sotdl4j.engine;

import java.util.List;
import java.util.Optional;

/**
 * How a small array is spread over a full one: with the full one seen as [outer, middle, inner],
 * the small one is [middle]. So a bias on the last axis has inner = 1, a value per row outer = 1, a
 * value per channel of a map neither, and arrays of the same shape both.
 */
record Broadcast(long outer, long middle, long inner) {

  /**
   * The one way in which all small shapes that are not the full shape are spread over it; empty if
   * there are two ways or if a small shape is spread in the middle, as [B, 1, C] over [B, N, C].
   */
  static Optional<Broadcast> of(long[] full, List<long[]> smalls) {
    long length = product(full, 0, full.length);
    Broadcast same = new Broadcast(1, length, 1);
    Broadcast found = same;
    for (long[] small : smalls) {
      Broadcast one = one(full, small);
      if (one == null || (!one.equals(same) && !found.equals(same) && !one.equals(found))) {
        return Optional.empty();
      }
      found = one.equals(same) ? found : one;
    }
    return Optional.of(found);
  }

  private static Broadcast one(long[] full, long[] small) {
    int missing = full.length - small.length;
    if (missing < 0) {
      return null;
    }
    int first = full.length;
    int last = -1;
    for (int axis = missing; axis < full.length; axis++) {
      if (small[axis - missing] != 1) {
        first = Math.min(first, axis);
        last = axis;
      }
    }
    for (int axis = first; axis <= last; axis++) {
      if (small[axis - missing] != full[axis]) {
        return null;
      }
    }
    return last < 0
        ? new Broadcast(1, 1, product(full, 0, full.length))
        : new Broadcast(
            product(full, 0, first),
            product(full, first, last + 1),
            product(full, last + 1, full.length));
  }

  private static long product(long[] shape, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= shape[i];
    }
    return product;
  }

  long length() {
    return outer * middle * inner;
  }

  /** Whether the "small" array is as large as the full one. */
  boolean isSame() {
    return outer == 1 && inner == 1;
  }
}
