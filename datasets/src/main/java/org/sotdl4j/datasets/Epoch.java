package org.sotdl4j.datasets;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The batches of one pass over a data set, in order, while workers prepare the next ones. For one
 * thread; close it to stop the workers and to free the batches that were not fetched. A batch of
 * which no picture can be read is left out.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {

  /** A batch as a worker made it; {@code batch} is null if all its pictures are broken. */
  record Prepared(Batch batch, List<BadPictureException> broken) {}

  private final BatchLoader loader;
  private final int[] order;
  private final IntFunction<RandomGenerator> randoms;
  private final boolean training;
  private final ExecutorService workers;
  private final PrimitiveIterator.OfInt numbers;
  final Queue<Future<Prepared>> ahead = new ArrayDeque<>();
  private Batch next;
  private long waited;

  /**
   * @param order indices of the pictures
   * @param randoms gives the generator for a place in {@code order}
   * @param training whether pictures may be reduced and parts of them erased
   * @param numbers of the batches to prepare
   */
  Epoch(
      BatchLoader loader,
      int[] order,
      IntFunction<RandomGenerator> randoms,
      boolean training,
      IntStream numbers) {
    this.loader = loader;
    this.order = order;
    this.randoms = randoms;
    this.training = training;
    this.numbers = numbers.iterator();
    this.workers =
        Executors.newFixedThreadPool(
            loader.workers(), Thread.ofPlatform().daemon().name("pictures-", 0).factory());
    submit();
  }

  /**
   * Waits for the next batch.
   *
   * @throws BadPictureException if a picture is broken and the loader is strict
   */
  @Override
  public boolean hasNext() {
    while (next == null && !ahead.isEmpty()) {
      long since = System.nanoTime();
      Prepared prepared = await(ahead.remove());
      waited += System.nanoTime() - since;
      submit();
      next = prepared.batch();
      prepared.broken().forEach(loader.broken());
    }
    return next != null;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Batch batch = next;
    next = null;
    return batch;
  }

  /** How long the calls so far waited for workers. */
  public double secondsWaited() {
    return waited / 1e9;
  }

  /** Keeps the number of batches under way at the loader's prefetch. */
  private void submit() {
    int size = loader.batchSize();
    while (ahead.size() < loader.prefetch() && numbers.hasNext()) {
      int number = numbers.nextInt();
      int from = number * size;
      int to = Math.min(from + size, order.length);
      ahead.add(workers.submit(() -> prepare(number, from, to)));
    }
  }

  /** Runs on a worker. */
  private Prepared prepare(int number, int from, int to) {
    List<Picture> images = new ArrayList<>();
    List<RandomGenerator> generators = new ArrayList<>();
    int[] kept = new int[to - from];
    int[] labels = new int[to - from];
    List<BadPictureException> broken = new ArrayList<>();
    for (int place = from; place < to; place++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the epoch was closed");
      }
      try {
        Sample sample =
            training
                ? loader.dataset().get(order[place], loader.leastSide())
                : loader.dataset().get(order[place]);
        RandomGenerator random = randoms.apply(place);
        Picture image = loader.transform().apply(sample.picture(), random);
        kept[images.size()] = order[place];
        labels[images.size()] = sample.label();
        images.add(image);
        generators.add(random);
      } catch (BadPictureException e) {
        broken.add(e);
      }
    }
    int size = images.size();
    if (size == 0) {
      return new Prepared(null, broken);
    }
    var batch =
        new Batch(
            number,
            stack(images, generators),
            Arrays.copyOf(labels, size),
            Arrays.copyOf(kept, size));
    return new Prepared(batch, broken);
  }

  /** [B, 3, H, W] */
  private INDArray stack(List<Picture> images, List<RandomGenerator> generators) {
    int width = images.getFirst().width();
    int height = images.getFirst().height();
    int length = Picture.CHANNELS * width * height;
    float[] values = new float[images.size() * length];
    for (int i = 0; i < images.size(); i++) {
      Picture image = images.get(i);
      if (image.width() != width || image.height() != height) {
        throw new DatasetException(
            "A batch needs pictures of one size, but the transform gave %d x %d and %d x %d: end it with a resize or a crop"
                .formatted(width, height, image.width(), image.height()));
      }
      loader.normalize().apply(image, values, i * length);
      if (training) {
        loader.erasing().apply(values, i * length, width, height, generators.get(i));
      }
    }
    return Nd4j.create(values, new long[] {images.size(), Picture.CHANNELS, height, width}, 'c');
  }

  private static Prepared await(Future<Prepared> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for pictures");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new AssertionError(e); // prepare throws nothing checked
      }
    }
  }

  /** Stops the workers after the pictures they are at; may be called again. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    for (Future<Prepared> future : ahead) {
      if (future.state() == Future.State.SUCCESS && future.resultNow().batch() != null) {
        future.resultNow().batch().close();
      }
    }
    ahead.clear();
    numbers.forEachRemaining((int number) -> {});
    if (next != null) {
      next.close();
      next = null;
    }
  }
}
