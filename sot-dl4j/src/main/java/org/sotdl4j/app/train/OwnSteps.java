package org.sotdl4j.app.train;

import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Epoch;

/**
 * Steps in this process.
 *
 * @param learner whose weights they change
 * @param pictures the training pictures
 */
record OwnSteps(TrainConfig config, Learner learner, BatchLoader pictures) implements Steps {

  /** See {@link Steps.Place#steps}. */
  static Steps of(
      TrainConfig config, Dataset pictures, Learner learner, Consumer<BadPictureException> broken) {
    learner.requireMemory();
    return new OwnSteps(config, learner, Pipeline.training(config, pictures, broken));
  }

  @Override
  public OfEpoch epoch(int epoch, int firstBatch) {
    IntStream numbers = IntStream.range(firstBatch, pictures.trainingBatches());
    Epoch batches = Pipeline.epoch(pictures, config.seed(), epoch, numbers);
    learner.startEpoch(epoch);
    return new OfEpoch() {

      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public Done next(long step, LongToDoubleFunction rates) {
        return step(batches, epoch, step, rates);
      }

      @Override
      public double secondsWaited() {
        return batches.secondsWaited();
      }

      @Override
      public void close() {
        batches.close();
      }
    };
  }

  /** One update of the weights, by one batch or by the mean of several. */
  private Done step(Epoch batches, int epoch, long step, LongToDoubleFunction rates) {
    GradientMean mean = new GradientMean(learner.learned());
    TrainStep.Pass pass = null;
    StepSum sum = StepSum.NONE;
    int next = 0;
    do {
      try (Batch batch = batches.next()) {
        pass = learner.pass(batch, epoch, step * config.accumulation() + sum.passes());
        sum = sum.plus(pass, batch);
        next = batch.number() + 1;
        if (config.accumulation() > 1) {
          mean.add(pass);
        }
      }
    } while (Double.isFinite(pass.loss())
        && sum.passes() < config.accumulation()
        && batches.hasNext());
    TrainStep.Pass all = config.accumulation() > 1 ? mean.mean(pass) : pass;
    double norm = learner.update(all, step + 1, rates.applyAsDouble(step), sum.pictures());
    return sum.done(1, next, norm);
  }
}
