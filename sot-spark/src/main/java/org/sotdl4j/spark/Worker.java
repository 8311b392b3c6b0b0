package org.sotdl4j.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.train.GradientMean;
import org.sotdl4j.app.train.Learner;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.StepSum;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.app.train.TrainListener;
import org.sotdl4j.app.train.TrainStep;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.SkippedPictures;

/**
 * A model in a process of the cluster, compiled once. What it answers follows from the work that it
 * is given and not from what it did before: a share that is tried again, by whichever worker, gives
 * the same bits.
 */
final class Worker implements AutoCloseable {

  /** Of the values at once on the heap: received, sent, summed, and what Spark makes of them. */
  private static final int COPIES = 5;

  private final TrainConfig config;
  private final Learner learner;
  private final SkippedPictures broken = new SkippedPictures();
  private final BatchLoader loader;
  private ShareBatches batches; // of the share that it had last; null for none

  Worker(Job job) {
    this.config = job.config();
    this.learner = new Learner(config, new TrainListener() {});
    this.loader = Pipeline.training(config, job.pictures(config), broken);
    learner.requireMemory();
    requireHeap(Float.BYTES * (long) Flat.length(Model.state(learner.parameters())));
  }

  /**
   * Arrays on the heap: with less than this, garbage collection hardly ends, and Java does not say
   * so.
   */
  private static void requireHeap(long bytes) {
    long most = Runtime.getRuntime().maxMemory();
    if (most < COPIES * bytes) {
      throw new OutOfMemoryError(
          "%d MB of weights and gradients travel through a heap of %d MB, which should be %d"
              .formatted(bytes >> 20, most >> 20, (COPIES * bytes) >> 20));
    }
  }

  /** Whether the batches of a share are being prepared here. */
  boolean expects(Work work, int number) {
    return batches != null && batches.suit(work, number);
  }

  /**
   * Does a share.
   *
   * @param number of the share
   * @param state the model's values, and the optimizer's where the work wants steps; see {@link
   *     Flat}
   */
  Answer work(Work work, int number, byte[] state) {
    if (!expects(work, number)) {
      stop();
      batches = new ShareBatches(config, loader, work, number);
    }
    try {
      List<INDArray> model = Model.state(learner.parameters());
      int read = Flat.into(model, state, 0);
      learner.startEpoch(work.epoch());
      if (work.rates().isEmpty()) {
        return gradients(work);
      }
      SequencedMap<String, INDArray> kept = Shape.arrays(work.optimizer());
      Flat.into(List.copyOf(kept.values()), state, read);
      learner.restoreOptimizer(kept);
      return steps(work, model);
    } catch (RuntimeException | Error e) {
      stop(); // what is prepared may not be what is asked for next
      throw e;
    }
  }

  /** The sums of the gradients. */
  private Answer gradients(Work work) {
    long started = System.nanoTime();
    GradientMean gradients = new GradientMean(learner.learned());
    Passed passed = passes(work, 0, gradients);
    double seconds = seconds(started);
    return new Answer(
        Flat.of(List.copyOf(gradients.sums().values())),
        Flat.of(Model.statistics(learner.parameters())),
        passed.sum(),
        0,
        List.copyOf(gradients.sums().keySet()),
        List.of(),
        broken.reasons(),
        seconds);
  }

  /** The model and the optimizer after some steps on the worker's own batches. */
  private Answer steps(Work work, List<INDArray> model) {
    long started = System.nanoTime();
    StepSum total = StepSum.NONE;
    double norms = 0;
    for (int k = 0; k < work.steps(); k++) {
      GradientMean gradients = new GradientMean(learner.learned());
      Passed passed = passes(work, k, gradients);
      StepSum sum = passed.sum();
      if (sum.passes() > 0) {
        TrainStep.Pass mean = gradients.mean(passed.last());
        norms +=
            sum.pictures()
                * learner.update(mean, work.step() + k + 1, work.rates().get(k), sum.pictures());
      }
      total = total.plus(sum);
    }
    double seconds = seconds(started);
    if (total.passes() == 0) { // the same model as before, and maybe no state of the optimizer yet
      return new Answer(
          Answer.NONE, Answer.NONE, total, 0, List.of(), List.of(), broken.reasons(), seconds);
    }
    List<INDArray> all = new ArrayList<>(model);
    all.addAll(learner.optimizerState().values());
    return new Answer(
        Flat.of(all),
        Answer.NONE,
        total,
        norms,
        List.of(),
        Shape.of(learner.optimizerState()),
        broken.reasons(),
        seconds);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** What some passes say, and the last of them; null where there was none. */
  private record Passed(StepSum sum, TrainStep.Pass last) {}

  /** The share's passes of the k-th step of the work. */
  private Passed passes(Work work, int k, GradientMean gradients) {
    int passes = config.accumulation();
    int first = work.firstBatch() + k * passes;
    int end = Math.min(first + passes, loader.trainingBatches());
    StepSum sum = StepSum.NONE;
    TrainStep.Pass last = null;
    for (Optional<Batch> next = batches.before(end); next.isPresent(); next = batches.before(end)) {
      try (Batch batch = next.get()) {
        long number = (work.step() + k) * passes + batch.number() - first;
        last = learner.pass(batch, work.epoch(), number);
        gradients.add(last);
        sum = sum.plus(last, batch);
      }
    }
    return new Passed(sum, last);
  }

  private void stop() {
    if (batches != null) {
      batches.close();
      batches = null;
    }
  }

  @Override
  public void close() {
    stop();
    learner.close();
  }
}
