package org.sotdl4j.app.train;

import org.sotdl4j.app.report.EpochMetrics;

/** Is told how training goes, on the trainer's thread. */
public interface TrainListener {

  /** An epoch begins or goes on; {@code firstBatch} of {@code batches} is next. */
  void epochStarted(int epoch, int epochs, int firstBatch, int batches);

  /**
   * A step is done.
   *
   * @param loss mean of the epoch so far
   * @param top1 fraction of the epoch so far
   * @param imagesPerSecond of the epoch so far
   */
  void stepDone(double loss, double top1, double imagesPerSecond);

  /** The moving average of the weights was validated after an epoch. */
  default void averageEvaluated(EpochMetrics metrics) {}

  /** An epoch and its validation are done. */
  void epochDone(EpochMetrics metrics, boolean best);
}
