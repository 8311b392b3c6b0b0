package org.sotdl4j.app.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;
import org.sotdl4j.layers.RunningStatistics;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;

/**
 * One step of training on one batch: loss and gradients, running statistics, then the optimizer.
 */
public final class TrainStep implements AutoCloseable {

  private final Parameters parameters;
  private final ModelGraph train;
  private final Program program;
  private final String loss;
  private final List<Parameter> learned;

  /** Writes the model's train graph on a state. */
  public TrainStep(Model model, Parameters parameters, Engine engine) {
    this.parameters = parameters;
    this.train = ModelGraph.of(model, parameters, Phase.TRAIN);
    this.loss = train.crossEntropy().name();
    List<String> outputs = new ArrayList<>(heads());
    outputs.add(train.logits().name());
    for (RunningStatistics statistics : train.graph().runningStatistics()) {
      outputs.add(statistics.mean());
      outputs.add(statistics.variance());
    }
    this.program = engine.training(train.graph().sameDiff(), loss, outputs);
    this.learned = parameters.trainable().toList();
  }

  /**
   * What a forward and backward pass gave. The arrays hold until the next pass.
   *
   * @param loss the mean cross entropy
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
   * @param masks gives the mask of each random site
   */
  public Pass pass(INDArray images, INDArray targets, Function<RandomSite, INDArray> masks) {
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put(ModelGraph.IMAGE, images);
    inputs.put(ModelGraph.TARGETS, targets);
    for (RandomSite site : randomSites()) {
      inputs.put(site.name(), masks.apply(site));
    }
    Map<String, INDArray> values = program.run(inputs);
    return new Pass(
        values.get(loss).getDouble(0), values.get(train.logits().name()), values, images.size(0));
  }

  /** Moves the batch norms' running statistics by what a pass saw. */
  public void updateStatistics(Pass pass) {
    for (RunningStatistics statistics : train.graph().runningStatistics()) {
      statistics.update(parameters, pass.values(), pass.batch());
    }
  }

  /**
   * Scales the gradients so that their common Euclidean norm is at most a bound.
   *
   * @return the norm before
   */
  public double clip(Pass pass, double maxNorm) {
    List<INDArray> gradients =
        learned.stream().map(p -> pass.gradient(p.name())).filter(Objects::nonNull).toList();
    double squares = 0;
    for (INDArray gradient : gradients) {
      double norm = gradient.norm2Number().doubleValue();
      squares += norm * norm;
    }
    double norm = Math.sqrt(squares);
    double factor = maxNorm / (norm + 1e-6);
    if (factor < 1) {
      gradients.forEach(gradient -> gradient.muli(factor));
    }
    return norm;
  }

  /** Lets the optimizer change the parameters; {@code weightDecay} says how much each decays. */
  public void update(
      Pass pass,
      Optimizer optimizer,
      double learningRate,
      Function<Parameter, Double> weightDecay) {
    optimizer.nextStep();
    for (Parameter parameter : learned) {
      INDArray gradient = pass.gradient(parameter.name());
      if (gradient != null) {
        optimizer.update(
            parameter.name(),
            parameter.array(),
            gradient,
            learningRate,
            weightDecay.apply(parameter));
      }
    }
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
