package org.sotdl4j.app.train;

import java.util.List;

/**
 * A factor at given times.
 *
 * @param rate the highest learning rate
 * @param milestones the times
 * @param factor the factor
 * @param length of the training
 */
public record MultiStep(
    double rate, List<Long> milestones, double factor, long length, WarmUp warmUp)
    implements TimeSchedule {

  /** Each milestone acts one step early: so it is in timm. */
  @Override
  public double decayed(long t) {
    double passed = milestones.stream().filter(milestone -> milestone <= t + 1).count();
    return rate * Math.pow(factor, passed);
  }

  @Override
  public double warm() {
    return rate;
  }
}
