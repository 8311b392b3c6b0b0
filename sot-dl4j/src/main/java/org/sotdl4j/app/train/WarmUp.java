package org.sotdl4j.app.train;

/**
 * A linear rise at the beginning of a schedule.
 *
 * @param rate where it begins
 * @param length epochs or updates, 0 for none
 * @param prefix whether the schedule begins after it; else they begin together
 */
public record WarmUp(double rate, long length, boolean prefix) {

  /** The rate at a time before {@link #length}. */
  double at(long t, double target) {
    return rate + t * ((target - rate) / length);
  }

  /** What goes before the schedule. */
  long before() {
    return prefix ? length : 0;
  }
}
