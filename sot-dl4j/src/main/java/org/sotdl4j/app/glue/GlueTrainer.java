package org.sotdl4j.app.glue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.Criterion;
import org.sotdl4j.app.train.Optimizer;
import org.sotdl4j.app.train.OptimizerState;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.Schedule;
import org.sotdl4j.app.train.Steps;
import org.sotdl4j.app.train.Targets;
import org.sotdl4j.app.train.TrainState;
import org.sotdl4j.app.train.TrainStep;
import org.sotdl4j.app.train.TrainingFailedException;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.GlueMetric;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.datasets.text.TextBatch;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import org.sotdl4j.zoo.checkpoint.EncoderWeights;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/**
 * Fine-tunes a text encoder on a task of GLUE and keeps its run folder. All randomness is drawn by
 * (seed, purpose, epoch, step), so a run that was stopped continues to the same end, bit for bit.
 */
public final class GlueTrainer implements AutoCloseable {

  private final GlueConfig config;
  private final GlueTask task;
  private final RunFolder run;
  private final GlueData data;
  private final Texts train;
  private final SequencedMap<String, Texts> dev;
  private final SequencedMap<String, Texts> test;
  private final GlueProgress progress;
  private final BooleanSupplier stop;
  private final TextClassifier model;
  private final Parameters parameters;
  private final Map<Integer, TrainStep> steps = new HashMap<>();
  private final Answers answers;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final LayerGroups groups;
  private final int batches;
  private final List<String> rows = new ArrayList<>();
  private TrainState state = TrainState.START;

  /**
   * @param stop asked after each step; where it says yes, training saves and ends
   * @throws DatasetException if there are fewer texts than a batch needs
   */
  public GlueTrainer(
      GlueConfig config,
      RunFolder run,
      GlueData data,
      GlueTexts texts,
      GlueProgress progress,
      BooleanSupplier stop) {
    this.config = config;
    this.task = config.glueTask();
    this.run = run;
    this.data = data;
    this.progress = progress;
    this.stop = stop;
    this.model = config.model(texts.encoder());
    this.train = texts.of(data.train());
    this.dev = texts.of(data.dev());
    this.test = texts.of(data.test());
    this.parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(config.seed()));
    this.batches = train.buckets(config.batchSize()).trainingBatches();
    if (batches == 0) {
      throw new DatasetException(
          "A batch of %d needs more than the %d texts there are: choose a smaller --batch-size"
              .formatted(config.batchSize(), data.train().size()));
    }
    long updates = (long) config.epochs() * batches;
    this.schedule = Schedule.linear(config.rate(), Math.round(config.warmUp() * updates), updates);
    this.optimizer = config.optimizer().newOptimizer();
    this.groups = model.layerGroups();
    var _ = ModelGraph.of(model, parameters, Phase.EVAL); // makes the parameters
    this.answers = new Answers(model, parameters, config.engine());
  }

  /** Texts that were cut off. */
  public long truncated() {
    return Stream.of(List.of(train), dev.values(), test.values())
        .flatMap(Collection::stream)
        .mapToLong(Texts::truncated)
        .sum();
  }

  /**
   * Starts from a pretrained encoder.
   *
   * @throws CheckpointException if it does not fit
   */
  public void startFrom(TensorFile weights) {
    EncoderWeights.load(weights, model, parameters);
  }

  /**
   * Continues from the folder's last checkpoint.
   *
   * @throws CheckpointException if the file cannot be read
   */
  public void resume() throws IOException {
    try (TensorFile file = TensorFile.open(run.last())) {
      Checkpoint.load(file, parameters);
      optimizer.restore(OptimizerState.read(file));
      state = TrainState.fromMetadata(file.metadata());
    }
    if (Files.exists(run.metrics())) {
      // A row may be there whose checkpoint was not saved any more.
      Files.readAllLines(run.metrics()).stream().skip(1).limit(state.epoch()).forEach(rows::add);
    }
  }

  /**
   * Trains until the last epoch is done or {@code stop} says so.
   *
   * @return whether all epochs are done
   * @throws TrainingFailedException if the loss is not a number any more
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

  private boolean epoch() throws IOException {
    long started = System.nanoTime();
    int epoch = state.epoch();
    progress.epoch(epoch + 1, config.epochs(), batches);
    List<TextBatch> order =
        train.buckets(config.batchSize()).training(CounterRandom.of(config.seed(), "order", epoch));
    for (TextBatch batch : order.subList(state.batch(), order.size())) {
      step(batch);
      progress.batch(batch.number() + 1, state.meanLoss());
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    double trained = (System.nanoTime() - started) / 1e9;
    SequencedMap<String, Double> scores = scores();
    double loss = state.meanLoss();
    rows.add(
        "%d,%s,%s,%.1f"
            .formatted(
                epoch + 1,
                loss,
                scores.values().stream().map(String::valueOf).collect(Collectors.joining(",")),
                (System.nanoTime() - started) / 1e9));
    TrainState next = state.afterEpoch(scores.firstEntry().getValue());
    boolean best = next.bestEpoch() == epoch + 1;
    state = next;
    AtomicFile.writeText(
        run.metrics(),
        "epoch,train_loss,%s,seconds\n%s\n"
            .formatted(String.join(",", scores.keySet()), String.join("\n", rows)));
    if (best) {
      save(run.best(), false);
    }
    save(run.last(), true);
    progress.epochDone(loss, scores, trained, best);
    return true;
  }

  private void step(TextBatch batch) {
    TrainStep step = steps.computeIfAbsent(batch.length(), this::newStep);
    int count = batch.places().size();
    long number = state.step();
    INDArray targets = targets(batch);
    Map<String, INDArray> input = train.input(batch);
    TrainStep.Pass pass =
        step.pass(
            input,
            Map.of(ModelGraph.TARGETS, targets),
            site ->
                site.mask(
                    DataType.FLOAT,
                    count,
                    CounterRandom.of(config.seed(), site.name(), state.epoch(), number)));
    input.values().forEach(INDArray::close);
    targets.close();
    if (!Double.isFinite(pass.loss())) {
      throw TrainingFailedException.notFinite(
          "loss is %s at step %d".formatted(pass.loss(), number + 1),
          state.epoch() + 1,
          step.firstNotFinite(),
          run.last());
    }
    double norm = step.clip(pass, config.optimizer().clipGradient());
    double rate = schedule.at(number, List.of());
    step.update(
        pass,
        optimizer,
        parameter -> rate * rateScale(parameter),
        parameter -> model.decays(parameter) ? config.optimizer().weightDecay() : 0);
    state = state.after(new Steps.Done(1, batch.number() + 1, pass.loss(), norm, 0, count));
  }

  private TrainStep newStep(int length) {
    Criterion criterion =
        task.isRegression() ? ModelGraph::squaredDistance : ModelGraph::crossEntropy;
    return new TrainStep(
        model.withLength(length),
        parameters,
        Phase.TRAIN,
        config.engine(),
        criterion,
        parameter -> false);
  }

  private double rateScale(Parameter parameter) {
    int group = groups.of(parameter.name());
    return group == groups.count() - 1
        ? config.headRate() / config.rate()
        : Math.pow(config.optimizer().layerDecay(), groups.count() - 2 - group);
  }

  private INDArray targets(TextBatch batch) {
    double[] labels = batch.places().stream().mapToDouble(i -> train.labels()[i]).toArray();
    if (task.isRegression()) {
      return Nd4j.createFromArray(labels).reshape(labels.length, 1).castTo(DataType.FLOAT);
    }
    int[] numbers = new int[labels.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) labels[i];
    }
    return Targets.of(numbers, task.outputs(), 0);
  }

  /** The task's scores on each set to validate on; the first decides. */
  private SequencedMap<String, Double> scores() {
    SequencedMap<String, Double> scores = new LinkedHashMap<>();
    dev.forEach((name, texts) -> {
      double[] given = answers(name, texts);
      for (GlueMetric metric : task.metrics()) {
        scores.put(name + "_" + metric, metric.of(given, texts.labels()));
      }
    });
    return scores;
  }

  private double[] answers(String set, Texts texts) {
    return answers.of(texts, task, done -> progress.answered(set, done, texts.encoded().size()));
  }

  /**
   * Writes predictions of the best epoch, in the format that GLUE takes.
   *
   * @return the files
   */
  public List<Path> predict() throws IOException {
    Checkpoint.load(run.best(), parameters);
    List<Path> files = new ArrayList<>();
    for (String name : test.keySet()) {
      double[] given = answers(name, test.get(name));
      StringBuilder lines = new StringBuilder("index\tprediction\n");
      for (int i = 0; i < given.length; i++) {
        GlueExample example = data.test().get(name).get(i);
        lines.append(example.index()).append('\t').append(task.written(given[i])).append('\n');
      }
      Path file = run.path().resolve(name);
      AtomicFile.writeText(file, lines.toString());
      files.add(file);
    }
    return files;
  }

  /** The best score, as in the metrics. */
  public String best() {
    return String.format(
        Locale.ROOT,
        "%s %.4f in epoch %d",
        task.metrics().getFirst().words(),
        state.bestTop1(),
        state.bestEpoch());
  }

  private void save(Path file, boolean toResume) throws IOException {
    SequencedMap<String, INDArray> extra = new LinkedHashMap<>();
    if (toResume) {
      extra.putAll(OptimizerState.named(optimizer.state()));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(Checkpoint.MODEL, config.encoder());
    metadata.putAll(state.toMetadata());
    Checkpoint.save(file, parameters, extra, metadata);
  }

  @Override
  public void close() {
    steps.values().forEach(TrainStep::close);
    answers.close();
    parameters.close();
  }
}
