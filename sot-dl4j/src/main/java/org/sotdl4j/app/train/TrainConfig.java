package org.sotdl4j.app.train;

import java.util.List;
import java.util.Optional;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Zoo;

/**
 * All that decides how a run goes; every checkpoint carries it.
 *
 * @param model name in the zoo
 * @param data the folder of the data set, or {@value DataSource#BUNDLED}
 * @param validationSplit the folder beside {@code train/} to validate on; null for the usual one
 * @param classes the class names, in the order of the logits
 * @param imageSize side of the model's input, pixels
 * @param epochs passes over the training pictures, without further cycles and the cooldown
 * @param batchSize pictures of a pass through the model
 * @param accumulation passes whose mean gradients make a step
 * @param optimizer how gradients change weights
 * @param schedule how the learning rate goes
 * @param loss what is made small
 * @param mixing of the pictures of a batch
 * @param regularization dropout and stochastic depth
 * @param averageDecay of the moving average of the weights; null for none
 * @param freeze layer groups, from the input on, that are not trained
 * @param earlyStopping epochs without a better one that end the run, 0 for never
 * @param checkpointHistory how many of the best epochs keep a checkpoint of their own
 * @param seed of initial weights, order, augmentation and masks
 * @param workers threads that read pictures
 * @param strict whether a broken picture stops the run
 * @param engine how graphs are run
 * @param pictures how they are prepared
 */
public record TrainConfig(
    String model,
    String data,
    String validationSplit,
    List<String> classes,
    int imageSize,
    int epochs,
    int batchSize,
    int accumulation,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    LossConfig loss,
    MixingConfig mixing,
    RegularizationConfig regularization,
    Double averageDecay,
    int freeze,
    int earlyStopping,
    int checkpointHistory,
    long seed,
    int workers,
    boolean strict,
    Engine engine,
    PictureOptions pictures) {

  public TrainConfig {
    // Checkpoints of runs from before there was a choice do not say.
    pictures = pictures == null ? PictureOptions.USUAL : pictures;
  }

  /** The model in the setup of this run. */
  public Model zooModel() {
    return zooModel(0);
  }

  /** The model in the setup of an epoch, counted from 0. */
  Model zooModel(int epoch) {
    Model usual = Zoo.get(model).model();
    return usual.with(
        usual
            .setup()
            .withImageSize(imageSize)
            .withClasses(classes.size())
            .withDrop(regularization.drop())
            .withAttentionDrop(regularization.attentionDrop())
            .withDropPath(regularization.dropPath(epoch)));
  }

  /** The folder to validate on, where it is not the usual one. */
  public Optional<String> validation() {
    return Optional.ofNullable(validationSplit);
  }

  /** How a picture becomes the model's input in this run. */
  public InputSpec input() {
    return pictures.input(zooModel().input());
  }
}
