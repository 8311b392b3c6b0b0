package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import org.sotdl4j.zoo.checkpoint.FineTuning;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/**
 * Trains a model and keeps its run folder. All randomness is drawn by (seed, purpose, epoch, step),
 * so a run that was stopped, even by force, continues to the same end, bit for bit.
 */
public final class Trainer implements AutoCloseable {

  private final TrainConfig config;
  private final RunFolder run;
  private final TrainListener listener;
  private final BooleanSupplier stop;
  private final Model model;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final TrainStep step;
  private final Evaluator evaluator;
  private final BatchLoader training;
  private final BatchLoader validation;
  private final Schedule schedule;
  private final List<EpochMetrics> metrics = new ArrayList<>();
  private TrainState state = TrainState.START;
  private Evaluator.Result lastResult;

  /**
   * @param stop asked after each step; where it says yes, training saves and ends
   * @param broken is told each picture that cannot be read
   * @throws DatasetException if there are fewer pictures than a batch needs
   */
  public Trainer(
      TrainConfig config,
      RunFolder run,
      DataSource data,
      TrainListener listener,
      BooleanSupplier stop,
      Consumer<BadPictureException> broken) {
    this.config = config;
    this.run = run;
    this.listener = listener;
    this.stop = stop;
    this.model = config.zooModel();
    this.parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(config.seed()));
    this.training =
        Pipeline.training(
            data.train(), model.input(), config.batchSize(), config.workers(), broken);
    this.validation = Pipeline.evaluation(data.val(), model.input(), config.workers(), broken);
    this.schedule = config.schedule(training.trainingBatches());
    this.step = new TrainStep(model, parameters, config.engine());
    this.evaluator = new Evaluator(model, parameters, config.engine());
    this.optimizer = config.newOptimizer();
  }

  /**
   * Starts from saved weights instead of fresh ones.
   *
   * @param fineTune whether they may be of another picture size and for other classes
   * @return what was done to fit them, a line each
   * @throws CheckpointException if the file cannot be read or is of another model
   */
  public List<String> startFrom(Path checkpoint, boolean fineTune) {
    try (TensorFile file = TensorFile.open(checkpoint)) {
      if (fineTune) {
        return FineTuning.load(file, model, parameters);
      }
      Checkpoint.load(file, parameters);
      return List.of();
    }
  }

  /**
   * Continues from the folder's last checkpoint.
   *
   * @throws CheckpointException if the file cannot be read or is not one to continue from
   */
  public void resume() throws IOException {
    Path last = run.last();
    Checkpoint.load(last, parameters);
    SequencedMap<String, INDArray> saved = new LinkedHashMap<>();
    try (TensorFile file = TensorFile.open(last)) {
      for (String name : file.names()) {
        if (name.startsWith(Checkpoint.OPTIMIZER)) {
          saved.put(name.substring(Checkpoint.OPTIMIZER.length()), file.read(name));
        }
      }
      state = TrainState.fromMetadata(file.metadata());
    }
    if (saved.isEmpty()) {
      throw new CheckpointException(
          "%s holds weights but no state of the optimizer, so the run cannot continue from it: start a new one with --initial-checkpoint %s"
              .formatted(last, last));
    }
    optimizer.restore(saved);
    // A row may be there whose checkpoint was not saved any more.
    if (Files.exists(run.metrics())) {
      MetricsCsv.read(run.metrics()).stream()
          .filter(row -> row.epoch() <= state.epoch())
          .forEach(metrics::add);
    }
  }

  /**
   * Trains until the last epoch is done or {@code stop} says so.
   *
   * @return whether all epochs are done
   * @throws TrainingFailedException if the loss is not a number any more
   * @throws DatasetException if no picture can be read
   * @throws IOException if a checkpoint cannot be saved; the one before is intact
   */
  public boolean train() throws IOException {
    if (state.step() == 0) {
      save(run.last(), true); // a run that is killed in its first epoch can be resumed too
    }
    while (state.epoch() < config.epochs()) {
      if (!epoch()) {
        save(run.last(), true);
        return false;
      }
    }
    return true;
  }

  /** Runs an epoch to its end, or until the stop. */
  private boolean epoch() throws IOException {
    int epoch = state.epoch();
    long started = System.nanoTime();
    long seenBefore = state.seen();
    listener.epochStarted(epoch + 1, config.epochs(), state.batch(), training.trainingBatches());
    try (Epoch batches =
        training.training(
            CounterRandom.of(config.seed(), "order", epoch),
            index -> CounterRandom.of(config.seed(), "augment", epoch, index),
            state.batch())) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          step(batch);
        }
        listener.stepDone(
            state.meanLoss(), state.top1(), (state.seen() - seenBefore) / seconds(started));
        if (stop.getAsBoolean()) {
          return false;
        }
      }
    }
    if (state.seen() == 0) {
      throw new DatasetException("None of the training pictures can be read");
    }
    double trainSeconds = seconds(started);
    lastResult = evaluator.evaluate(validation, done -> {});
    requireFinite(lastResult.loss(), "validation loss", "after step " + state.step());
    EpochMetrics row =
        new EpochMetrics(
            epoch + 1,
            schedule.at(state.step() - 1),
            state.meanLoss(),
            state.top1(),
            lastResult.loss(),
            lastResult.top1(),
            lastResult.top5(),
            (state.seen() - seenBefore) / trainSeconds,
            seconds(started));
    metrics.add(row);
    TrainState next = state.afterEpoch(lastResult.top1());
    boolean best = next.bestEpoch() == epoch + 1;
    state = next;
    MetricsCsv.write(run.metrics(), metrics);
    if (best) {
      save(run.best(), false);
    }
    save(run.last(), true);
    listener.epochDone(row, best);
    return true;
  }

  private void step(Batch batch) {
    int count = batch.labels().length;
    INDArray targets = targets(batch.labels(), config.classes().size(), config.smoothing());
    TrainStep.Pass pass =
        step.pass(
            batch.images(),
            targets,
            site ->
                site.mask(
                    DataType.FLOAT,
                    count,
                    CounterRandom.of(config.seed(), site.name(), state.epoch(), state.step())));
    requireFinite(pass.loss(), "loss", "at step " + (state.step() + 1));
    long right = correct(pass.logits(), batch.labels());
    step.updateStatistics(pass);
    if (config.clipGradient() > 0) {
      step.clip(pass, config.clipGradient());
    }
    step.update(
        pass,
        optimizer,
        schedule.at(state.step()),
        parameter -> model.decays(parameter) ? config.weightDecay() : 0);
    state = state.afterStep(batch.number() + 1, pass.loss(), right, count);
    targets.close();
  }

  /** What the weights cannot answer with numbers any more is not saved. */
  private void requireFinite(double loss, String what, String when) {
    if (!Double.isFinite(loss)) {
      throw new TrainingFailedException(
          "The %s is %s %s (epoch %d): try a lower --lr or --clip-grad 1; the last good checkpoint is %s."
              .formatted(what, loss, when, state.epoch() + 1, run.last()));
    }
  }

  /** One-hot rows [B, K]; a share of each is spread over all classes. */
  static INDArray targets(int[] labels, int classes, double smoothing) {
    float[][] rows = new float[labels.length][classes];
    float spread = (float) (smoothing / classes);
    for (int i = 0; i < labels.length; i++) {
      Arrays.fill(rows[i], spread);
      rows[i][labels[i]] += (float) (1 - smoothing);
    }
    return Nd4j.createFromArray(rows);
  }

  private static long correct(INDArray logits, int[] labels) {
    int[] answers = logits.argMax(1).toIntVector();
    long correct = 0;
    for (int i = 0; i < labels.length; i++) {
      correct += answers[i] == labels[i] ? 1 : 0;
    }
    return correct;
  }

  private void save(Path file, boolean withOptimizer) throws IOException {
    SequencedMap<String, INDArray> extra = new LinkedHashMap<>();
    if (withOptimizer) {
      optimizer.state().forEach((name, array) -> extra.put(Checkpoint.OPTIMIZER + name, array));
    }
    Map<String, String> metadata = new LinkedHashMap<>(SavedModel.metadata(config));
    metadata.putAll(state.toMetadata());
    Checkpoint.save(file, parameters, extra, metadata);
  }

  /** The rows of all epochs so far. */
  public List<EpochMetrics> metrics() {
    return List.copyOf(metrics);
  }

  /** Answers the validation pictures with the best weights of the run, which stay in the model. */
  public Evaluator.Result evaluateBest() {
    if (lastResult == null || state.bestEpoch() != state.epoch()) {
      Checkpoint.load(run.best(), parameters);
      lastResult = evaluator.evaluate(validation, done -> {});
    }
    return lastResult;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  @Override
  public void close() {
    step.close();
    evaluator.close();
    parameters.close();
  }
}
