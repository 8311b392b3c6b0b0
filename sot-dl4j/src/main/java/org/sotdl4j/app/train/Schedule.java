package org.sotdl4j.app.train;

/**
 * The learning rate of each step: linear from {@code warmupRate} to {@code rate} in the first
 * {@code warmupSteps}, then half a cosine down to {@code minRate} (Loshchilov and Hutter, "SGDR",
 * 2017; timm's cosine schedule without its cycles).
 *
 * @param rate the highest learning rate
 * @param warmupRate where the warm-up begins
 * @param minRate where the cosine ends
 * @param warmupSteps length of the warm-up
 * @param totalSteps length of the training, warm-up included
 */
public record Schedule(
    double rate, double warmupRate, double minRate, long warmupSteps, long totalSteps) {

  /** The learning rate of a step, counted from 0. */
  public double at(long step) {
    if (step < warmupSteps) {
      return warmupRate + (rate - warmupRate) * step / warmupSteps;
    }
    double progress = (double) step / Math.max(totalSteps, 1);
    return minRate + (rate - minRate) / 2 * (1 + Math.cos(Math.PI * Math.min(progress, 1)));
  }
}
