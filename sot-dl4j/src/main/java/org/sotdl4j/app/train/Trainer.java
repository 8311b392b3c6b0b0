package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
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
  private final Evaluator evaluator;
  private final Average average; // null for none
  private final Teacher teacher; // null for none
  private final BatchLoader training;
  private final BatchLoader validation;
  private final Schedule schedule;
  private final int epochs;
  private final LayerGroups groups;
  private final List<EpochMetrics> metrics = new ArrayList<>();
  private final List<EpochMetrics> averageMetrics = new ArrayList<>();
  private final Map<String, Double> rateScales = new HashMap<>();
  private TrainStep step;
  private double stepDropPath;
  private TrainState state = TrainState.START;
  private Evaluator.Result lastResult;

  /**
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
    this.config = config;
    this.run = run;
    this.listener = listener;
    this.stop = stop;
    this.model = config.zooModel();
    this.parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(config.seed()));
    this.training =
        Pipeline.training(
            data.train(),
            config.input(),
            config.pictures().augmentation(),
            config.batchSize(),
            config.workers(),
            broken);
    this.validation = Pipeline.evaluation(data.val(), config.input(), config.workers(), broken);
    int updates = updatesPerEpoch();
    this.schedule = config.schedule().schedule(config.epochs(), updates, config.seed());
    this.epochs = config.schedule().totalEpochs(config.epochs(), updates);
    this.groups = model.layerGroups();
    this.step = newStep(0);
    step.requireMemory(config.batchSize());
    parameters
        .trainable()
        .forEach(p ->
            rateScales.put(
                p.name(), config.optimizer().rateScale(groups.of(p.name()), groups.count())));
    this.stepDropPath = config.regularization().dropPath(0);
    this.evaluator = new Evaluator(model, parameters, config.engine());
    this.optimizer = config.optimizer().newOptimizer();
    this.average = config.averageDecay() == null ? null : new Average(config.averageDecay());
    Distillation distillation = config.loss().distillation();
    this.teacher = distillation == null ? null : new Teacher(distillation, model, config.engine());
  }

  /** The moving average of the weights, and its evaluation. */
  private final class Average implements AutoCloseable {

    private final Parameters weights =
        new Parameters(DataType.FLOAT, Parameters.Source.notLearned());
    private final Evaluator evaluator = new Evaluator(model, weights, config.engine());
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

  /** The step of an epoch: its stochastic depth may be its own. */
  private TrainStep newStep(int epoch) {
    return new TrainStep(
        config.zooModel(epoch),
        parameters,
        config.regularization().evalMode() ? Phase.EVAL : Phase.TRAIN,
        config.engine(),
        Criterion.of(config.loss()),
        parameter -> groups.of(parameter.name()) < config.freeze());
  }

  private int updatesPerEpoch() {
    return Math.ceilDiv(training.trainingBatches(), config.accumulation());
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
        notes = FineTuning.load(file, model, parameters);
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
    SequencedMap<String, INDArray> saved = new LinkedHashMap<>();
    try (TensorFile file = TensorFile.open(last)) {
      for (String name : file.names()) {
        if (name.startsWith(Checkpoint.OPTIMIZER)) {
          saved.put(name.substring(Checkpoint.OPTIMIZER.length()), file.read(name));
        }
      }
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
    optimizer.restore(saved);
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
    useStepOf(epoch);
    long started = System.nanoTime();
    long seenBefore = state.seen();
    int firstUpdate = Math.ceilDiv(state.batch(), config.accumulation());
    listener.epochStarted(epoch + 1, epochs, firstUpdate, updatesPerEpoch());
    try (Epoch batches =
        training.training(
            CounterRandom.of(config.seed(), "order", epoch),
            index -> CounterRandom.of(config.seed(), "augment", epoch, index),
            state.batch())) {
      while (batches.hasNext()) {
        double loss = step(batches);
        losses.add(new StepLoss(state.step(), loss));
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
    requireFinite(
        lastResult.loss(), "validation loss", "after step " + state.step(), Optional::empty);
    double imagesPerSecond = (state.seen() - seenBefore) / trainSeconds;
    EpochMetrics row = row(lastResult, imagesPerSecond, seconds(started));
    metrics.add(row);
    MetricsCsv.write(run.metrics(), metrics);
    if (average != null) {
      lastResult = average.evaluator.evaluate(validation, done -> {});
      averageMetrics.add(row(lastResult, imagesPerSecond, seconds(started)));
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

  private EpochMetrics row(Evaluator.Result result, double imagesPerSecond, double seconds) {
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
        state.meanGradientNorm());
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

  /** Where the stochastic depth changes, a new graph takes the place of the old one. */
  private void useStepOf(int epoch) {
    double dropPath = config.regularization().dropPath(epoch);
    if (dropPath != stepDropPath) {
      step.close();
      step = newStep(epoch);
      stepDropPath = dropPath;
    }
  }

  private double learningRate(long update) {
    return schedule.at(config.schedule().perUpdate() ? update : state.epoch(), scores());
  }

  /** One update of the weights, by one batch or by the mean of several; tells their loss. */
  private double step(Epoch batches) {
    GradientMean mean = new GradientMean(step.learned());
    TrainStep.Pass pass = null;
    double loss = 0;
    long right = 0;
    long pictures = 0;
    int next = state.batch();
    for (int k = 0; k < config.accumulation() && batches.hasNext(); k++) {
      try (Batch batch = batches.next()) {
        pass = pass(batch, state.step() * config.accumulation() + k);
        requireFinite(pass.loss(), "loss", "at step " + (state.step() + 1), step::firstNotFinite);
        int count = batch.labels().length;
        loss += pass.loss() * count;
        right += correct(pass.logits(), batch.labels());
        pictures += count;
        next = batch.number() + 1;
        step.updateStatistics(pass);
        if (config.accumulation() > 1) {
          mean.add(pass);
        }
      }
    }
    double norm = update(config.accumulation() > 1 ? mean.mean(pass) : pass, pictures);
    state = state.afterStep(next, loss / pictures, norm, right, pictures);
    return loss / pictures;
  }

  /**
   * Loss and gradients of one batch.
   *
   * @param number of the pass in the run, for its random numbers
   */
  private TrainStep.Pass pass(Batch batch, long number) {
    int classes = config.classes().size();
    double smoothing = config.loss().smoothing();
    INDArray images = batch.images();
    INDArray targets;
    boolean mixes = config.mixing().isOn(state.epoch());
    if (mixes) {
      CounterRandom random = CounterRandom.of(config.seed(), "mixing", state.epoch(), number);
      Mixing mixing = Mixing.of(images, config.mixing(), random);
      images = mixing.images();
      targets = Targets.mixed(batch.labels(), mixing.lambdas(), classes, smoothing);
    } else {
      targets = Targets.of(batch.labels(), classes, smoothing);
    }
    if (config.loss().threshold() != null) {
      targets = Targets.above(targets, config.loss().threshold());
    }
    Map<String, INDArray> answers = new HashMap<>();
    answers.put(ModelGraph.TARGETS, targets);
    if (teacher != null) {
      answers.put(Criterion.TEACHER, teacher.answer(images));
    }
    int count = batch.labels().length;
    TrainStep.Pass pass =
        step.pass(
            Map.of(ModelGraph.IMAGE, images),
            answers,
            site ->
                site.mask(
                    DataType.FLOAT,
                    count,
                    CounterRandom.of(config.seed(), site.name(), state.epoch(), number)));
    answers.values().forEach(INDArray::close);
    if (mixes) {
      images.close();
    }
    return pass;
  }

  /** Changes the weights, and tells the norm of the gradients before they were clipped. */
  private double update(TrainStep.Pass pass, long pictures) {
    OptimizerConfig settings = config.optimizer();
    double norm = step.clip(pass, settings.clipGradient());
    double rate = learningRate(state.step());
    SequencedMap<String, INDArray> weights = new LinkedHashMap<>();
    step.learned().forEach(name -> weights.put(name, parameters.get(name)));
    Update update =
        new Update(state.step() + 1, pass.loss(), rate, pictures, weights, pass::gradient);
    listener.updating(update);
    step.update(
        pass,
        optimizer,
        parameter -> rate * rateScales.get(parameter.name()),
        parameter -> model.decays(parameter) ? settings.weightDecay() : 0);
    if (average != null) {
      average.mean.update(parameters);
    }
    listener.updated(update);
    return norm;
  }

  /** What the weights cannot answer with numbers any more is not saved. */
  private void requireFinite(
      double loss, String what, String when, Supplier<Optional<String>> where) {
    if (!Double.isFinite(loss)) {
      throw new TrainingFailedException(
          "The %s is %s %s (epoch %d%s): try a lower --lr or --clip-grad 1; the last good checkpoint is %s."
              .formatted(
                  what,
                  loss,
                  when,
                  state.epoch() + 1,
                  where.get().map(place -> "; " + place).orElse(""),
                  run.last()));
    }
  }

  private static long correct(INDArray logits, int[] labels) {
    int[] answers = logits.argMax(1).toIntVector();
    long correct = 0;
    for (int i = 0; i < labels.length; i++) {
      correct += answers[i] == labels[i] ? 1 : 0;
    }
    return correct;
  }

  private void save(Path file, Parameters weights, boolean toResume) throws IOException {
    SequencedMap<String, INDArray> extra = new LinkedHashMap<>();
    if (toResume) {
      optimizer.state().forEach((name, array) -> extra.put(Checkpoint.OPTIMIZER + name, array));
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
    step.close();
    evaluator.close();
    if (average != null) {
      average.close();
    }
    if (teacher != null) {
      teacher.close();
    }
    parameters.close();
  }
}
