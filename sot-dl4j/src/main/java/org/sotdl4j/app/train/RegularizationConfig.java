package org.sotdl4j.app.train;

/**
 * What makes a model's work harder in training.
 *
 * @param drop dropout rate
 * @param attentionDrop dropout rate of the weights of attention
 * @param dropPath stochastic depth of the deepest block
 * @param evalMode whether the model trains as it is evaluated: nothing is dropped, and batch norms
 *     use and keep their running statistics
 * @param later the stochastic depth of later epochs; null for the same in all
 */
public record RegularizationConfig(
    double drop, double attentionDrop, double dropPath, boolean evalMode, Later later) {

  /**
   * A second value.
   *
   * @param dropPath stochastic depth of the deepest block
   * @param fromEpoch the first epoch that has it, counted from 0
   */
  public record Later(double dropPath, int fromEpoch) {}

  /** The stochastic depth in an epoch, counted from 0. */
  double dropPath(int epoch) {
    return later != null && epoch >= later.fromEpoch() ? later.dropPath() : dropPath;
  }
}
