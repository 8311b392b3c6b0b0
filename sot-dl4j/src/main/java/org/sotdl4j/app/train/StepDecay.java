package org.sotdl4j.app.train;

/**
 * A factor at regular times.
 *
 * @param rate the highest learning rate
 * @param interval between two factors; need not be whole
 * @param factor the factor
 * @param length of the training
 */
public record StepDecay(double rate, double interval, double factor, long length, WarmUp warmUp)
    implements TimeSchedule {

  @Override
  public double decayed(long t) {
    return rate * Math.pow(factor, Math.floor(t / interval));
  }

  @Override
  public double warm() {
    return rate;
  }
}
