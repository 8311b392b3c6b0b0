package org.sotdl4j.datasets;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Cuts a data set into batches and prepares them ahead of their use. The batches do not depend on
 * {@code workers} and {@code prefetch}.
 *
 * @param transform must give every picture the same size
 * @param batchSize pictures in a batch
 * @param workers threads that read and transform pictures
 * @param prefetch batches that are prepared or ready at most; at least {@code workers} to keep all
 *     of them busy
 * @param broken is told each picture that cannot be read, which is then left out of its batch:
 *     usually a {@link SkippedPictures}, or {@link #STRICT}
 * @param erasing done to the normalized pictures of training
 * @param repeats how often an epoch of training shows a picture in succession, each time augmented
 *     anew; with R repeats it shows a R-th of the pictures
 * @param leastSide in training, pictures may be decoded smaller as long as their shorter side has
 *     so many pixels; 0 for the full size
 */
public record BatchLoader(
    Dataset dataset,
    Transform transform,
    Normalize normalize,
    int batchSize,
    int workers,
    int prefetch,
    Consumer<BadPictureException> broken,
    RandomErasing erasing,
    int repeats,
    int leastSide) {

  /** Ends the epoch at the first broken picture. */
  public static final Consumer<BadPictureException> STRICT =
      bad -> {
        throw bad;
      };

  public BatchLoader {
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "A picture is shown once at least, not %d times".formatted(repeats));
    }
    if (batchSize < 1 || workers < 1 || prefetch < 1) {
      throw new IllegalArgumentException(
          "Batch size, workers and prefetch must be 1 at least, but are %d, %d and %d"
              .formatted(batchSize, workers, prefetch));
    }
  }

  /** Pictures once, in full size, with nothing erased. */
  public BatchLoader(
      Dataset dataset,
      Transform transform,
      Normalize normalize,
      int batchSize,
      int workers,
      int prefetch,
      Consumer<BadPictureException> broken) {
    this(
        dataset,
        transform,
        normalize,
        batchSize,
        workers,
        prefetch,
        broken,
        RandomErasing.NONE,
        1,
        0);
  }

  /**
   * Batches of an epoch of training: the last pictures, too few for a batch, are left out.
   *
   * @throws DatasetException if there are fewer pictures than a batch needs
   */
  public int trainingBatches() {
    if (dataset.size() < batchSize) {
      throw new DatasetException(
          "A batch of %d needs more than the %d pictures there are: choose a smaller batch size"
              .formatted(batchSize, dataset.size()));
    }
    return dataset.size() / batchSize;
  }

  /** Batches of an evaluation: all pictures, so the last batch may be smaller. */
  public int evaluationBatches() {
    return Math.ceilDiv(dataset.size(), batchSize);
  }

  /**
   * An epoch of training in random order.
   *
   * @param order draws the order; the same state gives the same order
   * @param pictures gives the generator of the augmentation of the picture at an index of the data
   *     set, or, for its r-th repetition, at index + r * size; called by the worker threads
   * @param numbers the batches to prepare, of 0 to {@link #trainingBatches()} - 1
   * @throws DatasetException if there are fewer pictures than a batch needs
   */
  public Epoch training(
      RandomGenerator order, IntFunction<RandomGenerator> pictures, IntStream numbers) {
    int[] permutation = permutation(dataset.size(), order);
    int[] used = new int[trainingBatches() * batchSize];
    int[] keys = new int[used.length];
    for (int i = 0; i < used.length; i++) {
      used[i] = permutation[i / repeats];
      keys[i] = Math.addExact(used[i], Math.multiplyExact(i % repeats, dataset.size()));
    }
    return new Epoch(this, used, i -> pictures.apply(keys[i]), true, numbers);
  }

  /** All pictures in the order of the data set. */
  public Epoch evaluation() {
    int[] order = IntStream.range(0, dataset.size()).toArray();
    return new Epoch(
        this, order, SplittableRandom::new, false, IntStream.range(0, evaluationBatches()));
  }

  /** The numbers below n in random order (Fisher and Yates). */
  private static int[] permutation(int n, RandomGenerator random) {
    int[] p = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = p[i];
      p[i] = p[j];
      p[j] = swapped;
    }
    return p;
  }
}
