package org.sotdl4j.spark;

import java.util.Optional;
import java.util.stream.IntStream;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Epoch;

/** A worker's batches of an epoch, which are prepared while others are computed with. */
final class ShareBatches implements AutoCloseable {

  private final int epoch;
  private final int worker;
  private final int workers;
  private final Epoch batches;
  private int position;
  private Batch next;

  /** From the batch on that the work begins with to the end of the epoch. */
  ShareBatches(TrainConfig config, BatchLoader loader, Work work, int worker) {
    this.epoch = work.epoch();
    this.worker = worker;
    this.workers = work.workers();
    this.position = work.firstBatch();
    int end = loader.trainingBatches();
    int passes = config.accumulation();
    IntStream numbers =
        IntStream.iterate(position, first -> first < end, first -> first + passes)
            .flatMap(first -> Work.share(first, Math.min(passes, end - first), worker, workers));
    this.batches = Pipeline.epoch(loader, config.seed(), epoch, numbers);
  }

  /** Whether what comes next is a worker's share of some work. */
  boolean suit(Work work, int number) {
    return work.epoch() == epoch
        && work.firstBatch() == position
        && work.workers() == workers
        && number == worker;
  }

  /** The next one before an end, if there is one: a batch of broken pictures is left out. */
  Optional<Batch> before(int end) {
    if (next == null && batches.hasNext()) {
      next = batches.next();
    }
    if (next == null || next.number() >= end) {
      position = end;
      return Optional.empty();
    }
    Optional<Batch> found = Optional.of(next);
    next = null;
    return found;
  }

  @Override
  public void close() {
    batches.close();
    if (next != null) {
      next.close();
    }
  }
}
