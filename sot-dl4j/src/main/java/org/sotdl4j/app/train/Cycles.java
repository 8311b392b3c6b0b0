package org.sotdl4j.app.train;

/**
 * Restarts of a schedule (Loshchilov and Hutter, "SGDR", 2017).
 *
 * @param length of the first cycle
 * @param mul from a cycle's length to that of the next
 * @param decay from a cycle's highest rate to that of the next
 * @param limit number of cycles; after them the lowest rate holds
 */
public record Cycles(long length, double mul, double decay, long limit) {

  /**
   * A place in the cycles.
   *
   * @param cycle counted from 0
   * @param time since it began
   * @param length of it
   */
  public record Place(double cycle, double time, double length) {

    /** The share of the cycle that is over, with time to the power k. */
    double progress(double k) {
      return Math.pow(time, k) / Math.pow(length, k);
    }
  }

  Place at(long t) {
    if (mul == 1) {
      return new Place(Math.floorDiv(t, length), t % length, length);
    }
    double cycle = Math.floor(Math.log(1 - (double) t / length * (1 - mul)) / Math.log(mul));
    double power = Math.pow(mul, cycle);
    return new Place(cycle, t - (1 - power) / (1 - mul) * length, power * length);
  }

  /** Whether a place is behind the last cycle. */
  boolean isOver(Place place) {
    return !(place.cycle() < limit);
  }

  /** The highest rate of a place's cycle. */
  double highest(double rate, Place place) {
    return rate * Math.pow(decay, place.cycle());
  }

  /** Length of all cycles. */
  long total() {
    if (mul == 1) {
      return length * Math.max(1, limit);
    }
    double cycles = Math.max(1, limit);
    return (long) Math.floor(-length * (Math.pow(mul, cycles) - 1) / (1 - mul));
  }
}
