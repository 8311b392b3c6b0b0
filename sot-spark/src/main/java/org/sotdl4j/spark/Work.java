package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the workers do together, all from the same weights: the passes of one step, or some steps
 * each by itself.
 *
 * @param epoch of the pictures
 * @param step steps of the run before
 * @param firstBatch of the epoch that comes next
 * @param workers W
 * @param rates the learning rate of each step that a worker does by itself; empty where only the
 *     gradients of one are wanted
 * @param optimizer the arrays of the optimizer, which follow the weights
 */
record Work(
    int epoch, long step, int firstBatch, int workers, List<Double> rates, List<Shape> optimizer)
    implements Serializable {

  /** How many steps it is. */
  int steps() {
    return Math.max(1, rates.size());
  }

  /** The batches from one on that a worker has of a step with so many passes. */
  static IntStream share(int first, int passes, int worker, int workers) {
    return IntStream.range(
        first + passes * worker / workers, first + passes * (worker + 1) / workers);
  }
}
