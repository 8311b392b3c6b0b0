package org.sotdl4j.app.train;

import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.engine.NotEnoughMemoryException;

/** Does the steps of a run: in this process, or on the workers of a cluster. */
public interface Steps extends AutoCloseable {

  /**
   * What was done with the weights.
   *
   * @param steps how many steps it was
   * @param nextBatch the batch of the epoch that comes next
   * @param loss mean of the pictures; where it is no number, the weights are not to be used
   * @param norm of the gradients before they were clipped
   * @param right pictures that were answered right
   * @param pictures how many there were
   */
  record Done(int steps, int nextBatch, double loss, double norm, long right, long pictures) {}

  /** The steps of an epoch from a batch on. */
  OfEpoch epoch(int epoch, int firstBatch);

  /** What is left of an epoch. */
  interface OfEpoch extends AutoCloseable {

    boolean hasNext();

    /**
     * Changes the weights by the next step, or by some.
     *
     * @param step steps of the run before it
     * @param rates the learning rate of a step of the run, counted from 0
     */
    Done next(long step, LongToDoubleFunction rates);

    /** What the steps so far waited for pictures; NaN where that is not known. */
    default double secondsWaited() {
      return Double.NaN;
    }

    /** Whether a run that is saved now goes on as if it had not stopped. */
    default boolean mayStop() {
      return true;
    }

    @Override
    void close();
  }

  /** In this process. */
  static Place here() {
    return OwnSteps::of;
  }

  /** Where steps are done. */
  @FunctionalInterface
  interface Place {

    /**
     * The steps of a run.
     *
     * @param pictures to train on
     * @param learner whose weights the steps change
     * @param broken is told each picture that cannot be read
     * @throws NotEnoughMemoryException if a batch does not fit into memory
     */
    Steps steps(
        TrainConfig config,
        Dataset pictures,
        Learner learner,
        Consumer<BadPictureException> broken);
  }

  @Override
  default void close() {}
}
