package org.sotdl4j.app.train;

import java.util.List;
import java.util.function.Consumer;
import org.sotdl4j.app.report.EpochMetrics;

/** Is told how training goes, on the trainer's thread. */
public interface TrainListener {

  /** An epoch begins or goes on; {@code firstBatch} of {@code batches} is next. */
  default void epochStarted(int epoch, int epochs, int firstBatch, int batches) {}

  /** The gradients of a step are there; the weights are as they were. */
  default void updating(Update update) {}

  /** The step has changed the weights. */
  default void updated(Update update) {}

  /**
   * A step is done.
   *
   * @param loss mean of the epoch so far
   * @param top1 fraction of the epoch so far
   * @param imagesPerSecond of the epoch so far
   */
  default void stepDone(double loss, double top1, double imagesPerSecond) {}

  /** The moving average of the weights was validated after an epoch. */
  default void averageEvaluated(EpochMetrics metrics) {}

  /** An epoch and its validation are done. */
  default void epochDone(EpochMetrics metrics, boolean best) {}

  /** One that tells several. */
  static TrainListener of(List<TrainListener> listeners) {
    return new TrainListener() {

      @Override
      public void epochStarted(int epoch, int epochs, int firstBatch, int batches) {
        tell(l -> l.epochStarted(epoch, epochs, firstBatch, batches));
      }

      @Override
      public void updating(Update update) {
        tell(l -> l.updating(update));
      }

      @Override
      public void updated(Update update) {
        tell(l -> l.updated(update));
      }

      @Override
      public void stepDone(double loss, double top1, double imagesPerSecond) {
        tell(l -> l.stepDone(loss, top1, imagesPerSecond));
      }

      @Override
      public void averageEvaluated(EpochMetrics metrics) {
        tell(l -> l.averageEvaluated(metrics));
      }

      @Override
      public void epochDone(EpochMetrics metrics, boolean best) {
        tell(l -> l.epochDone(metrics, best));
      }

      private void tell(Consumer<TrainListener> event) {
        listeners.forEach(event);
      }
    };
  }
}
