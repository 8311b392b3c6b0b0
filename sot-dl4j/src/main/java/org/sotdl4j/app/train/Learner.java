package org.sotdl4j.app.train;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

/**
 * A model that learns: its weights, its passes on batches, and the optimizer that changes it. What
 * a pass gives depends on the weights, the batch, the epoch and the pass's number, and on nothing
 * that was before.
 */
public final class Learner implements AutoCloseable {

  private final TrainConfig config;
  private final TrainListener listener;
  private final Model model;
  private final Parameters parameters;
  private final LayerGroups groups;
  private final Teacher teacher; // null for none
  private final Map<String, Double> rateScales = new HashMap<>();
  private Optimizer optimizer;
  private TrainStep step;
  private double stepDropPath;

  /**
   * Makes the model with fresh weights.
   *
   * @param listener is told of updates
   * @throws CheckpointException if the teacher's checkpoint cannot be used
   */
  public Learner(TrainConfig config, TrainListener listener) {
    this.config = config;
    this.listener = listener;
    this.model = config.zooModel();
    this.parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(config.seed()));
    this.groups = model.layerGroups();
    this.step = newStep(0);
    this.stepDropPath = config.regularization().dropPath(0);
    parameters
        .trainable()
        .forEach(p ->
            rateScales.put(
                p.name(), config.optimizer().rateScale(groups.of(p.name()), groups.count())));
    this.optimizer = config.optimizer().newOptimizer();
    Distillation distillation = config.loss().distillation();
    this.teacher =
        distillation == null
            ? null
            : new Teacher(distillation, model, config.classes(), config.engine());
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

  /** The weights and the rest of the model's state. */
  public Parameters parameters() {
    return parameters;
  }

  Model model() {
    return model;
  }

  /** The arrays that the optimizer keeps, see {@link Optimizer#state()}. */
  public SequencedMap<String, INDArray> optimizerState() {
    return optimizer.state();
  }

  /** Begins with the optimizer anew, in a state that {@link #optimizerState()} gave. */
  public void restoreOptimizer(SequencedMap<String, INDArray> state) {
    optimizer = config.optimizer().newOptimizer();
    optimizer.restore(state);
  }

  /**
   * Makes sure that there is memory for a pass.
   *
   * @throws NotEnoughMemoryException if there is not
   */
  public void requireMemory() {
    step.requireMemory(config.batchSize());
  }

  /** Where the stochastic depth changes, a new graph takes the place of the old one. */
  public void startEpoch(int epoch) {
    double dropPath = config.regularization().dropPath(epoch);
    if (dropPath != stepDropPath) {
      step.close();
      step = newStep(epoch);
      stepDropPath = dropPath;
    }
  }

  /** The names of the parameters that are changed. */
  public List<String> learned() {
    return step.learned();
  }

  /**
   * Loss and gradients of one batch. The running statistics move, nothing else changes.
   *
   * @param epoch that was started
   * @param number of the pass in the run, for its random numbers
   */
  public TrainStep.Pass pass(Batch batch, int epoch, long number) {
    int classes = config.classes().size();
    double smoothing = config.loss().smoothing();
    INDArray images = batch.images();
    INDArray targets;
    boolean mixes = config.mixing().isOn(epoch);
    if (mixes) {
      CounterRandom random = CounterRandom.of(config.seed(), "mixing", epoch, number);
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
                    CounterRandom.of(config.seed(), site.name(), epoch, number)));
    answers.values().forEach(INDArray::close);
    if (mixes) {
      images.close();
    }
    if (Double.isFinite(pass.loss())) {
      step.updateStatistics(pass);
    }
    return pass;
  }

  /** Which op of the last pass first made NaN or infinity of numbers, if one did. */
  public Optional<String> firstNotFinite() {
    return step.firstNotFinite();
  }

  /**
   * Changes the weights, unless the loss is no number.
   *
   * @param pass with the gradients, which are clipped in place
   * @param number of the step, counted from 1 over the whole run
   * @param rate the learning rate
   * @param pictures how many made the gradients
   * @return the norm of the gradients before they were clipped
   */
  public double update(TrainStep.Pass pass, long number, double rate, long pictures) {
    if (!Double.isFinite(pass.loss())) {
      return Double.NaN;
    }
    OptimizerConfig settings = config.optimizer();
    double norm = step.clip(pass, settings.clipGradient());
    SequencedMap<String, INDArray> weights = new LinkedHashMap<>();
    step.learned().forEach(name -> weights.put(name, parameters.get(name)));
    Update update = new Update(number, pass.loss(), rate, pictures, weights, pass::gradient);
    listener.updating(update);
    step.update(
        pass,
        optimizer,
        parameter -> rate * rateScales.get(parameter.name()),
        parameter -> model.decays(parameter) ? settings.weightDecay() : 0);
    listener.updated(update);
    return norm;
  }

  @Override
  public void close() {
    step.close();
    if (teacher != null) {
      teacher.close();
    }
    parameters.close();
  }
}
