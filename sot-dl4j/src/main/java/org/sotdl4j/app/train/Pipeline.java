package org.sotdl4j.app.train;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.sotdl4j.datasets.Augmentation;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.datasets.Transforms;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.zoo.InputSpec;

/** From pictures to a model's input. */
public final class Pipeline {

  private Pipeline() {}

  /** The training pictures of a run. */
  public static BatchLoader training(
      TrainConfig config, Dataset dataset, Consumer<BadPictureException> broken) {
    return training(
        dataset,
        config.input(),
        config.pictures().augmentation(),
        config.batchSize(),
        config.workers(),
        broken);
  }

  /** Training pictures for a model's input. */
  public static BatchLoader training(
      Dataset dataset,
      InputSpec input,
      Augmentation augmentation,
      int batchSize,
      int workers,
      Consumer<BadPictureException> broken) {
    return new BatchLoader(
        dataset,
        augmentation.transform(input.size(), floats(input.mean()), interpolation(input)),
        normalize(input),
        batchSize,
        workers,
        2 * workers,
        broken,
        augmentation.erasing(),
        augmentation.repeats(),
        augmentation.leastSide(input.size()));
  }

  /** Some batches of an epoch of training; order and augmentation follow from seed and epoch. */
  public static Epoch epoch(BatchLoader training, long seed, int epoch, IntStream numbers) {
    return training.training(
        CounterRandom.of(seed, "order", epoch),
        index -> CounterRandom.of(seed, "augment", epoch, index),
        numbers);
  }

  /** Pictures in the order of the data set, prepared as the model wants them. */
  public static BatchLoader evaluation(
      Dataset dataset,
      InputSpec input,
      int batchSize,
      int workers,
      Consumer<BadPictureException> broken) {
    return new BatchLoader(
        dataset, evaluation(input), normalize(input), batchSize, workers, 2 * workers, broken);
  }

  /** The way of one picture to the size of a model's input. */
  public static Transform evaluation(InputSpec input) {
    return Transforms.evaluation(input.size(), input.cropPct(), interpolation(input));
  }

  /** From the pixels of that to a model's numbers. */
  public static Normalize normalize(InputSpec input) {
    return new Normalize(floats(input.mean()), floats(input.std()));
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }

  private static Interpolation interpolation(InputSpec input) {
    return Interpolation.valueOf(input.interpolation().toUpperCase(Locale.ROOT));
  }
}
