package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.app.report.StepLoss;
import org.sotdl4j.app.report.StepsCsv;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
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
  private final Learner learner;
  private final Parameters parameters;
  private final Evaluator evaluator;
  private final Average average; // null for none
  private final BatchLoader validation;
  private final Steps steps;
  private final int updates; // of an epoch
  private final Schedule schedule;
  private final int epochs;
  private final List<EpochMetrics> metrics = new ArrayList<>();
  private final List<EpochMetrics> averageMetrics = new ArrayList<>();
  private TrainState state = TrainState.START;
  private Evaluator.Result lastResult;

  /**
   * Trains in this process.
   *
   * @param stop asked after each step; where it says yes, training saves and ends
   * @param broken is told each picture that cannot be read
   * @throws DatasetException if there are fewer pictures than a batch needs
   * @throws NotEnoughMemoryException if a batch does not fit into memory
   */
  public Trainer(
      TrainConfig config,
      RunFolder run,
      DataSource data,
      TrainListener listener,
      BooleanSupplier stop,
      Consumer<BadPictureException> broken) {
    this(config, run, data, listener, stop, broken, Steps.here());
  }

  /**
   * Trains where its steps are done.
   *
   * @param stop asked after each step; where it says yes, training saves and ends
   * @param broken is told each picture that cannot be read
   * @throws DatasetException if there are fewer pictures than a batch needs
   * @throws NotEnoughMemoryException if a batch does not fit into memory
   */
  public Trainer(
      TrainConfig config,
      RunFolder run,
      DataSource data,
      TrainListener listener,
      BooleanSupplier stop,
      Consumer<BadPictureException> broken,
      Steps.Place place) {
    this.config = config;
    this.run = run;
    this.listener = listener;
    this.stop = stop;
    this.learner = new Learner(config, listener);
    this.parameters = learner.parameters();
    // Batches of the training's size: what fits into memory there fits in evaluation.
    this.validation =
        Pipeline.evaluation(
            data.val(), config.input(), config.batchSize(), config.workers(), broken);
    this.updates =
        Math.ceilDiv(
            Pipeline.training(config, data.train(), broken).trainingBatches(),
            config.accumulation());
    this.schedule = config.schedule().schedule(config.epochs(), updates, config.seed());
    this.epochs = config.schedule().totalEpochs(config.epochs(), updates);
    this.evaluator = new Evaluator(learner.model(), parameters, config.engine());
    this.average = config.averageDecay() == null ? null : new Average(config.averageDecay());
    this.steps = place.steps(config, data.train(), learner, broken);
  }

  /** The moving average of the weights, and its evaluation. */
  private final class Average implements AutoCloseable {

    private final Parameters weights =
        new Parameters(DataType.FLOAT, Parameters.Source.notLearned());
    private final Evaluator evaluator = new Evaluator(learner.model(), weights, config.engine());
    private final WeightAverage mean;

    private Average(double decay) {
      mean = new WeightAverage(weights, decay);
      mean.restart(parameters);
    }

    @Override
    public void close() {
      evaluator.close();
      weights.close();
    }
  }

  /** The epochs of the whole run, with further cycles and the cooldown of its schedule. */
  public int epochs() {
    return epochs;
  }

  /**
   * Starts from saved weights instead of fresh ones.
   *
   * @param fineTune whether they may be of another picture size and for other classes
   * @return what was done to fit them, a line each
   * @throws CheckpointException if the file cannot be read or is of another model
   */
  public List<String> startFrom(Path checkpoint, boolean fineTune) {
    List<String> notes = List.of();
    try (TensorFile file = TensorFile.open(checkpoint)) {
      if (fineTune) {
        notes = FineTuning.load(file, learner.model(), parameters);
      } else {
        Checkpoint.load(file, parameters);
      }
    }
    if (average != null) {
      average.mean.restart(parameters);
    }
    return notes;
  }

  /**
   * Continues from the folder's last checkpoint.
   *
   * @throws CheckpointException if the file cannot be read or is not one to continue from
   */
  public void resume() throws IOException {
    Path last = run.last();
    Checkpoint.load(last, parameters);
    SequencedMap<String, INDArray> saved;
    try (TensorFile file = TensorFile.open(last)) {
      saved = OptimizerState.read(file);
      state = TrainState.fromMetadata(file.metadata());
      if (average != null) {
        resumeAverage(file);
      }
    }
    if (saved.isEmpty()) {
      throw new CheckpointException(
          "%s holds weights but no state of the optimizer, so the run cannot continue from it: start a new one with --initial-checkpoint %s"
              .formatted(last, last));
    }
    learner.restoreOptimizer(saved);
    readMetrics(run.metrics(), metrics);
    readMetrics(run.averageMetrics(), averageMetrics);
  }

  private void readMetrics(Path file, List<EpochMetrics> rows) throws IOException {
    // A row may be there whose checkpoint was not saved any more.
    if (Files.exists(file)) {
      MetricsCsv.read(file).stream().filter(row -> row.epoch() <= state.epoch()).forEach(rows::add);
    }
  }

  private void resumeAverage(TensorFile file) {
    for (Parameter parameter : average.weights) {
      file.readInto(Checkpoint.AVERAGE + parameter.name(), parameter.array());
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
      save(
          run.last(),
          parameters,
          true); // a run that is killed in its first epoch can be resumed too
    }
    try (StepsCsv losses = new StepsCsv(run.steps(), state.step() + 1)) {
      while (!isDone()) {
        if (!epoch(losses)) {
          save(run.last(), parameters, true);
          return false;
        }
      }
    }
    return true;
  }

  private boolean isDone() {
    int patience = config.earlyStopping();
    return state.epoch() >= epochs
        || (patience > 0 && state.epoch() - state.bestEpoch() >= patience);
  }

  /** Runs an epoch to its end, or until the stop. */
  private boolean epoch(StepsCsv losses) throws IOException {
    int epoch = state.epoch();
    long started = System.nanoTime();
    long seenBefore = state.seen();
    int firstUpdate = Math.ceilDiv(state.batch(), config.accumulation());
    listener.epochStarted(epoch + 1, epochs, firstUpdate, updates);
    double waited;
    try (Steps.OfEpoch left = steps.epoch(epoch, state.batch())) {
      while (left.hasNext()) {
        double loss = step(left);
        losses.add(new StepLoss(state.step(), loss));
        listener.stepDone(
            state.meanLoss(), state.top1(), (state.seen() - seenBefore) / seconds(started));
        if (left.mayStop() && stop.getAsBoolean()) {
          return false;
        }
      }
      waited = left.secondsWaited();
    }
    if (state.seen() == 0) {
      throw new DatasetException("None of the training pictures can be read");
    }
    double trainSeconds = seconds(started);
    lastResult = evaluator.evaluate(validation, done -> {});
    requireFinite(
        lastResult.loss(), "validation loss", "after step " + state.step(), Optional::empty);
    double imagesPerSecond = (state.seen() - seenBefore) / trainSeconds;
    EpochMetrics row = row(lastResult, imagesPerSecond, seconds(started), waited);
    metrics.add(row);
    MetricsCsv.write(run.metrics(), metrics);
    if (average != null) {
      lastResult = average.evaluator.evaluate(validation, done -> {});
      averageMetrics.add(row(lastResult, imagesPerSecond, seconds(started), waited));
      MetricsCsv.write(run.averageMetrics(), averageMetrics);
    }
    TrainState next = state.afterEpoch(lastResult.top1());
    boolean best = next.bestEpoch() == epoch + 1;
    state = next;
    if (best) {
      save(run.best(), evaluated(), false);
    }
    keepBestCheckpoints();
    save(run.last(), parameters, true);
    if (average != null) {
      listener.averageEvaluated(averageMetrics.getLast());
    }
    listener.epochDone(row, best);
    return true;
  }

  private EpochMetrics row(
      Evaluator.Result result, double imagesPerSecond, double seconds, double waited) {
    return new EpochMetrics(
        state.epoch() + 1,
        learningRate(state.step() - 1),
        state.meanLoss(),
        state.top1(),
        result.loss(),
        result.top1(),
        result.top5(),
        imagesPerSecond,
        seconds,
        state.meanGradientNorm(),
        waited);
  }

  /** The weights that decide which epoch is the best. */
  private Parameters evaluated() {
    return average == null ? parameters : average.weights;
  }

  /** What the epochs so far reached. */
  private List<Double> scores() {
    return (average == null ? metrics : averageMetrics)
        .stream().map(EpochMetrics::valTop1).toList();
  }

  /** Saves the epoch that is done if it is one of the best, and deletes what is none any more. */
  private void keepBestCheckpoints() throws IOException {
    if (config.checkpointHistory() == 0) {
      return;
    }
    double[] scores = scores().stream().mapToDouble(Double::doubleValue).toArray();
    int[] best = Ranking.top(scores, config.checkpointHistory());
    for (int i = 0; i < scores.length; i++) {
      int epoch = i;
      if (Arrays.stream(best).noneMatch(kept -> kept == epoch)) {
        Files.deleteIfExists(run.checkpoint(epoch + 1));
      } else if (epoch + 1 == scores.length) {
        save(run.checkpoint(epoch + 1), evaluated(), false);
      }
    }
  }

  private double learningRate(long update) {
    return schedule.at(config.schedule().perUpdate() ? update : state.epoch(), scores());
  }

  /** The next step, or some; tells their loss. */
  private double step(Steps.OfEpoch left) {
    Steps.Done done = left.next(state.step(), this::learningRate);
    requireFinite(done.loss(), "loss", "at step " + (state.step() + 1), learner::firstNotFinite);
    for (int i = 0; average != null && i < done.steps(); i++) {
      average.mean.update(parameters);
    }
    state = state.after(done);
    return done.loss();
  }

  /** What the weights cannot answer with numbers any more is not saved. */
  private void requireFinite(
      double loss, String what, String when, Supplier<Optional<String>> where) {
    if (!Double.isFinite(loss)) {
      throw TrainingFailedException.notFinite(
          "%s is %s %s".formatted(what, loss, when), state.epoch() + 1, where.get(), run.last());
    }
  }

  private void save(Path file, Parameters weights, boolean toResume) throws IOException {
    SequencedMap<String, INDArray> extra = new LinkedHashMap<>();
    if (toResume) {
      extra.putAll(OptimizerState.named(learner.optimizerState()));
      if (average != null) {
        average.weights.forEach(p -> extra.put(Checkpoint.AVERAGE + p.name(), p.array()));
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>(SavedModel.metadata(config));
    metadata.putAll(state.toMetadata());
    Checkpoint.save(file, weights, extra, metadata);
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
    steps.close();
    evaluator.close();
    if (average != null) {
      average.close();
    }
    learner.close();
  }
}
