package org.sotdl4j.app.train;

import java.util.List;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Zoo;

/**
 * All that decides how a run goes; the run folder keeps it as {@code config.json}, and every
 * checkpoint carries it.
 *
 * @param model name in the zoo
 * @param data the folder of the data set, or {@value DataSource#BUNDLED}
 * @param classes the class names, in the order of the logits
 * @param imageSize side of the model's input, pixels
 * @param epochs passes over the training pictures
 * @param batchSize pictures a step
 * @param optimizer adamw or sgd
 * @param learningRate after the warm-up
 * @param warmupLearningRate at the first step
 * @param warmupEpochs length of the warm-up
 * @param minLearningRate at the end
 * @param weightDecay of matrices and kernels
 * @param momentum of sgd
 * @param nesterov whether sgd's momentum is Nesterov's
 * @param smoothing label smoothing: the share of a target that is spread over all classes
 * @param drop dropout rate
 * @param dropPath stochastic depth of the deepest block
 * @param clipGradient bound of the gradients' common norm, 0 for none
 * @param seed of initial weights, order, augmentation and masks
 * @param workers threads that read pictures
 * @param strict whether a broken picture stops the run
 * @param engine how graphs are run
 */
public record TrainConfig(
    String model,
    String data,
    List<String> classes,
    int imageSize,
    int epochs,
    int batchSize,
    OptimizerKind optimizer,
    double learningRate,
    double warmupLearningRate,
    int warmupEpochs,
    double minLearningRate,
    double weightDecay,
    double momentum,
    boolean nesterov,
    double smoothing,
    double drop,
    double dropPath,
    double clipGradient,
    long seed,
    int workers,
    boolean strict,
    Engine engine) {

  /** The optimizers by the names that users know. */
  public enum OptimizerKind {
    ADAMW,
    SGD
  }

  /** The model in the setup of this run. */
  public Model zooModel() {
    Model usual = Zoo.get(model).model();
    return usual.with(
        usual
            .setup()
            .withImageSize(imageSize)
            .withClasses(classes.size())
            .withDrop(drop)
            .withDropPath(dropPath));
  }

  /** A new optimizer. */
  Optimizer newOptimizer() {
    return switch (optimizer) {
      case ADAMW -> new AdamW();
      case SGD -> new Sgd(momentum, nesterov);
    };
  }

  /** The learning rates when an epoch has a number of steps. */
  Schedule schedule(int stepsPerEpoch) {
    return new Schedule(
        learningRate,
        warmupLearningRate,
        minLearningRate,
        (long) warmupEpochs * stepsPerEpoch,
        (long) epochs * stepsPerEpoch);
  }
}
