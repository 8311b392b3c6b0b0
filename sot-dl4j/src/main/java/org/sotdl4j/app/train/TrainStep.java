package org.sotdl4j.app.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.engine.Program;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;
import org.sotdl4j.layers.RunningStatistics;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Network;

/**
 * One step of training on one batch: loss and gradients, running statistics, then the optimizer.
 */
public final class TrainStep implements AutoCloseable {

  private final Parameters parameters;
  private final ModelGraph train;
  private final Program program;
  private final String loss;
  private final List<Parameter> learned;
  private final List<RunningStatistics> statistics;

  /** Writes the model's train graph with cross entropy on a state. */
  public TrainStep(Network model, Parameters parameters, Engine engine) {
    this(model, parameters, Phase.TRAIN, engine, ModelGraph::crossEntropy, parameter -> false);
  }

  /**
   * Writes the model's graph on a state.
   *
   * @param phase of the graph; in the phase of evaluation nothing is dropped
   * @param criterion the loss
   * @param frozen which parameters stay as they are
   */
  public TrainStep(
      Network model,
      Parameters parameters,
      Phase phase,
      Engine engine,
      Criterion criterion,
      Predicate<Parameter> frozen) {
    this.parameters = parameters;
    this.train = ModelGraph.of(model, parameters, phase);
    this.loss = criterion.write(train).name();
    List<String> outputs = new ArrayList<>(heads());
    outputs.add(train.logits().name());
    for (RunningStatistics norm : train.graph().runningStatistics()) {
      outputs.add(norm.mean());
      outputs.add(norm.variance());
    }
    this.program = engine.training(train.graph().sameDiff(), loss, outputs);
    this.learned = parameters.trainable().filter(frozen.negate()).toList();
    this.statistics =
        train.graph().runningStatistics().stream()
            .filter(norm -> learned.stream().anyMatch(p -> p.name().startsWith(norm.path() + ".")))
            .toList();
  }

  /**
   * What a forward and backward pass gave. The arrays hold until the next pass.
   *
   * @param loss the mean loss
   * @param logits the model's answer, [B, K]
   * @param values all outputs of the program
   * @param batch B
   */
  public record Pass(double loss, INDArray logits, Map<String, INDArray> values, long batch) {

    /** The gradient by a parameter, or null where the loss does not depend on it. */
    public INDArray gradient(String parameter) {
      return values.get(Program.gradient(parameter));
    }
  }

  /** The places where the graph takes random masks. */
  public List<RandomSite> randomSites() {
    return train.graph().randomSites();
  }

  /** The names of the heads' logits among a pass's values. */
  public List<String> heads() {
    return train.heads().stream().map(SDVariable::name).toList();
  }

  /**
   * Computes loss and gradients; changes nothing.
   *
   * @param images [B, channels, size, size]
   * @param targets [B, K], rows sum to 1
   * @param masks gives the mask of each random site, to several threads at once; the pass closes
   *     them
   */
  public Pass pass(INDArray images, INDArray targets, Function<RandomSite, INDArray> masks) {
    return pass(Map.of(ModelGraph.IMAGE, images), Map.of(ModelGraph.TARGETS, targets), masks);
  }

  /**
   * Computes loss and gradients; changes nothing.
   *
   * @param read what the model reads, by placeholder
   * @param answers what the criterion compares the logits with, by placeholder
   * @param masks gives the mask of each random site, to several threads at once; the pass closes
   *     them
   */
  public Pass pass(
      Map<String, INDArray> read,
      Map<String, INDArray> answers,
      Function<RandomSite, INDArray> masks) {
    Map<String, INDArray> inputs = new HashMap<>(answers);
    inputs.putAll(read);
    Map<String, INDArray> drawn = drawn(masks);
    inputs.putAll(drawn);
    Map<String, INDArray> values = program.run(inputs);
    // Those of attention are large, and the garbage collector does not see it.
    drawn.values().forEach(INDArray::close);
    return new Pass(
        values.get(loss).getDouble(0),
        values.get(train.logits().name()),
        values,
        answers.get(ModelGraph.TARGETS).size(0));
  }

  /** The masks of all sites, drawn side by side: those of attention have many values. */
  private Map<String, INDArray> drawn(Function<RandomSite, INDArray> masks) {
    Map<String, INDArray> drawn = new ConcurrentHashMap<>();
    randomSites().parallelStream().forEach(site -> drawn.put(site.name(), masks.apply(site)));
    return drawn;
  }

  /** Moves the running statistics of batch norms that are not frozen by what a pass saw. */
  public void updateStatistics(Pass pass) {
    for (RunningStatistics norm : statistics) {
      norm.update(parameters, pass.values(), pass.batch());
    }
  }

  /**
   * Scales the gradients so that their common Euclidean norm is at most a bound.
   *
   * @param maxNorm the bound, 0 for none
   * @return the norm before
   */
  public double clip(Pass pass, double maxNorm) {
    List<INDArray> all = gradients(pass);
    return maxNorm > 0 ? Gradients.clip(all, maxNorm) : Gradients.norm(all);
  }

  private List<INDArray> gradients(Pass pass) {
    return learned.stream().map(p -> pass.gradient(p.name())).filter(Objects::nonNull).toList();
  }

  /** The names of the parameters that are changed. */
  public List<String> learned() {
    return learned.stream().map(Parameter::name).toList();
  }

  /** Lets the optimizer change the parameters; {@code weightDecay} says how much each decays. */
  public void update(
      Pass pass,
      Optimizer optimizer,
      double learningRate,
      Function<Parameter, Double> weightDecay) {
    update(pass, optimizer, parameter -> learningRate, weightDecay);
  }

  /** Lets the optimizer change the parameters, each with its own learning rate and weight decay. */
  public void update(
      Pass pass,
      Optimizer optimizer,
      ToDoubleFunction<Parameter> learningRate,
      Function<Parameter, Double> weightDecay) {
    List<Change> changes = new ArrayList<>();
    for (Parameter parameter : learned) {
      INDArray gradient = pass.gradient(parameter.name());
      if (gradient != null) {
        changes.add(
            new Change(
                parameter.name(),
                parameter.array(),
                gradient,
                learningRate.applyAsDouble(parameter),
                weightDecay.apply(parameter)));
      }
    }
    optimizer.step(changes);
  }

  /**
   * Makes sure that there is memory for a batch of so many.
   *
   * @throws NotEnoughMemoryException if there is not
   */
  public void requireMemory(int batch) {
    program.requireMemory(batch);
  }

  /** Which op of the last pass first made NaN or infinity of numbers, if one did. */
  public Optional<String> firstNotFinite() {
    return program.firstNotFinite();
  }

  /** Runs the last pass again, and tells what each step takes. */
  public List<StepTime> profile() {
    return program.profile();
  }

  @Override
  public void close() {
    program.close();
  }
}
