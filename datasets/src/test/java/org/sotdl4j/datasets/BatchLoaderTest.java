package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;

@Timeout(60)
class BatchLoaderTest {

  private static final Transform CROP = new RandomCrop(5, 3);

  /** What a batch holds, outliving its native memory. */
  private record Content(
      int number, List<Integer> indices, List<Integer> labels, List<Float> images) {}

  @Test
  void evaluationGivesAllPicturesInOrder() {
    try (Epoch epoch = loader(new Numbers(7, Set.of()), 3, 2).evaluation()) {
      var batches = drain(epoch);
      assertThat(batches)
          .extracting(Content::indices)
          .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
      assertThat(batches)
          .extracting(Content::labels)
          .containsExactly(List.of(0, 1, 2), List.of(0, 1, 2), List.of(0));
    }
  }

  @Test
  void imagesAreBatchChannelHeightWidth() {
    Picture picture = Pictures.places(5, 3);
    Dataset data = dataset(2, i -> new Sample("", picture, 0));
    Normalize plain = new Normalize(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    var loader = new BatchLoader(data, (p, r) -> p, plain, 2, 1, 1, BatchLoader.STRICT);
    try (Epoch epoch = loader.evaluation();
        Batch batch = epoch.next()) {
      assertThat(batch.images().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(batch.images().shape()).containsExactly(2, 3, 3, 5);
      assertThat(batch.images().getFloat(1, 0, 2, 4)).isEqualTo(4 / 255f); // red is x
      assertThat(batch.images().getFloat(1, 1, 2, 4)).isEqualTo(2 / 255f); // green is y
      assertThat(batch.images().getFloat(1, 2, 2, 4)).isEqualTo(200 / 255f);
    }
  }

  @Test
  void trainingVisitsEachPictureOnceInAnotherOrderAndDropsTheRest() {
    var loader = loader(new Numbers(23, Set.of()), 5, 2);
    try (Epoch first = training(loader, 1, 0);
        Epoch second = training(loader, 2, 0)) {
      var indices = drain(first).stream().flatMap(b -> b.indices().stream()).toList();
      assertThat(indices).hasSize(20).doesNotHaveDuplicates().isNotEqualTo(sorted(indices));
      assertThat(drain(second).getFirst().indices()).isNotEqualTo(indices.subList(0, 5));
    }
    assertThat(loader.trainingBatches()).isEqualTo(4);
    assertThat(loader.evaluationBatches()).isEqualTo(5);
  }

  @Test
  void theNumberOfWorkersChangesNothing() {
    var data = new Numbers(23, Set.of(4, 11));
    List<Content> one;
    try (Epoch epoch = training(loader(data, 5, 1), 1, 0)) {
      one = drain(epoch);
    }
    try (Epoch epoch = training(loader(data, 5, 3), 1, 0)) {
      assertThat(drain(epoch)).isEqualTo(one);
    }
    try (Epoch epoch = training(loader(data, 5, 3), 1, 0, 8)) {
      assertThat(drain(epoch)).isNotEqualTo(one); // other generators, other crops
    }
  }

  @Test
  void aResumedEpochIsTheTailOfTheWhole() {
    var loader = loader(new Numbers(23, Set.of(4)), 5, 2);
    try (Epoch whole = training(loader, 1, 0);
        Epoch tail = training(loader, 1, 2)) {
      assertThat(drain(tail)).hasSize(2).isEqualTo(drain(whole).subList(2, 4));
    }
  }

  @Test
  void aShardOfAnEpochIsTheBatchesThatItNames() {
    var loader = loader(new Numbers(23, Set.of(4)), 5, 2);
    try (Epoch whole = training(loader, 1, 0);
        Epoch shard =
            loader.training(
                new SplittableRandom(1), i -> new SplittableRandom(7000 + i), IntStream.of(1, 3))) {
      var all = drain(whole);
      assertThat(drain(shard)).containsExactly(all.get(1), all.get(3));
    }
  }

  @Test
  void brokenPicturesAreLeftOutAndReported() {
    var skipped = new SkippedPictures();
    var loader = loader(new Numbers(9, Set.of(1, 3, 4, 5)), 3, 2, skipped);
    try (Epoch epoch = loader.evaluation()) {
      var batches = drain(epoch);
      assertThat(batches).extracting(Content::number).containsExactly(0, 2);
      assertThat(batches)
          .extracting(Content::indices)
          .containsExactly(List.of(0, 2), List.of(6, 7, 8));
      assertThat(batches)
          .extracting(Content::labels)
          .containsExactly(List.of(0, 2), List.of(0, 1, 2));
      assertThat(batches.getFirst().images()).hasSize(2 * 3 * 5 * 5);
    }
    try (Epoch again = loader.evaluation()) {
      drain(again);
    }
    assertThat(skipped.count()).isEqualTo(4);
    assertThat(skipped.reasons().keySet()).containsExactly("1.png", "3.png", "4.png", "5.png");
    assertThat(skipped.summary())
        .isEqualTo(
            "4 broken pictures left out: 1.png (it rained), 3.png (it rained), 4.png (it rained), ...");
  }

  @Test
  void strictEndsWithTheBrokenPicture() {
    var loader = loader(new Numbers(9, Set.of(4)), 3, 2, BatchLoader.STRICT);
    try (Epoch epoch = loader.evaluation()) {
      epoch.next().close();
      assertThatThrownBy(epoch::next)
          .isInstanceOf(BadPictureException.class)
          .hasMessage("Cannot use the picture 4.png: it rained");
    }
  }

  @Test
  void aFailureOfAWorkerReachesTheConsumer() {
    Dataset data =
        dataset(
            3,
            i -> {
              throw new IllegalStateException("disk on fire");
            });
    try (Epoch epoch = loader(data, 1, 2).evaluation()) {
      assertThatThrownBy(epoch::hasNext)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("disk on fire");
    }
  }

  @Test
  void picturesOfSeveralSizesAreAnError() {
    Dataset data = dataset(2, i -> new Sample("", Pictures.places(5 + i, 3), 0));
    var loader =
        new BatchLoader(data, (p, r) -> p, Normalize.IMAGENET, 2, 1, 1, BatchLoader.STRICT);
    try (Epoch epoch = loader.evaluation()) {
      assertThatThrownBy(epoch::next)
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("5 x 3 and 6 x 3");
    }
  }

  @Test
  void fewerPicturesThanABatchAreAnError() {
    assertThatThrownBy(() -> training(loader(new Numbers(4, Set.of()), 5, 1), 1, 0))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("smaller batch size");
  }

  @Test
  void closingStopsTheWorkersWithinABatch() throws InterruptedException {
    var fetched = new AtomicInteger();
    var started = new CountDownLatch(2);
    Dataset slow =
        dataset(
            1000,
            i -> {
              fetched.incrementAndGet();
              started.countDown();
              LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
              return new Sample("", Pictures.places(5, 5), 0);
            });
    Epoch epoch = loader(slow, 500, 2).evaluation();
    started.await();
    epoch.close();
    int atClose = fetched.get();
    assertThat(atClose).isLessThan(500);
    Thread.sleep(Duration.ofMillis(100));
    assertThat(fetched).hasValue(atClose);
    assertThat(epoch.hasNext()).isFalse();
    epoch.close(); // harmless
  }

  @Test
  void closingFreesTheBatchesThatWereNotFetched() {
    Epoch epoch = loader(new Numbers(23, Set.of()), 3, 2).evaluation();
    Batch fetched = epoch.next();
    assertThat(epoch.hasNext()).isTrue();
    List<Batch> ready = new ArrayList<>();
    for (var future : epoch.ahead) {
      await(future);
      ready.add(future.resultNow().batch());
    }
    assertThat(ready).hasSize(4).noneMatch(b -> b.images().wasClosed());
    epoch.close();
    assertThat(ready).allMatch(b -> b.images().wasClosed());
    assertThat(fetched.images().wasClosed()).isFalse(); // the caller's
    fetched.close();
    assertThat(fetched.images().wasClosed()).isTrue();
  }

  @Test
  void noMoreThanPrefetchBatchesAreUnderWay() throws InterruptedException {
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    Dataset data =
        dataset(
            50,
            i -> {
              seen.add(i);
              return new Sample("", Pictures.places(5, 5), 0);
            });
    try (Epoch epoch = loader(data, 1, 3).evaluation()) {
      epoch.next().close();
      while (seen.size() < 5) {
        Thread.sleep(1);
      }
      Thread.sleep(Duration.ofMillis(100));
      assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4); // one taken, four ahead
    }
  }

  @Test
  void countsHowLongItWaitsForWorkers() {
    double slow = 0.2;
    Dataset data =
        dataset(
            3,
            i -> {
              LockSupport.parkNanos((long) (1e9 * slow));
              return new Sample("", Pictures.places(5, 5), 0);
            });
    try (Epoch epoch = loader(data, 1, 1).evaluation()) {
      epoch.next().close();
      double first = epoch.secondsWaited();
      assertThat(first).isGreaterThan(slow / 2);
      epoch.ahead.forEach(BatchLoaderTest::await);
      epoch.next().close();
      epoch.next().close();
      assertThat(epoch.secondsWaited() - first).isLessThan(slow / 2);
    }
  }

  private static BatchLoader loader(Dataset data, int batchSize, int workers) {
    return loader(data, batchSize, workers, new SkippedPictures());
  }

  private static BatchLoader loader(
      Dataset data, int batchSize, int workers, Consumer<BadPictureException> broken) {
    return new BatchLoader(data, CROP, Normalize.IMAGENET, batchSize, workers, 4, broken);
  }

  private static Epoch training(BatchLoader loader, long seed, int firstBatch) {
    return training(loader, seed, firstBatch, 7);
  }

  private static Epoch training(BatchLoader loader, long seed, int firstBatch, int salt) {
    return loader.training(
        new SplittableRandom(seed),
        i -> new SplittableRandom(salt * 1000L + i),
        IntStream.range(firstBatch, loader.trainingBatches()));
  }

  private static void await(Future<?> future) {
    while (!future.isDone()) {
      Thread.onSpinWait();
    }
  }

  private static List<Integer> sorted(List<Integer> list) {
    return list.stream().sorted().toList();
  }

  private static List<Content> drain(Epoch epoch) {
    List<Content> all = new ArrayList<>();
    while (epoch.hasNext()) {
      try (Batch batch = epoch.next()) {
        List<Float> images = new ArrayList<>();
        for (float f : batch.images().dup().data().asFloat()) {
          images.add(f);
        }
        all.add(
            new Content(
                batch.number(),
                IntStream.of(batch.indices()).boxed().toList(),
                IntStream.of(batch.labels()).boxed().toList(),
                images));
      }
    }
    return all;
  }

  private static Dataset dataset(int size, IntFunction<Sample> get) {
    return new Dataset() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public List<String> classes() {
        return List.of("even", "odd");
      }

      @Override
      public Sample get(int index) {
        return get.apply(index);
      }
    };
  }

  /** Picture i is filled with i and of class i mod 3. */
  private record Numbers(int size, Set<Integer> broken) implements Dataset {

    @Override
    public List<String> classes() {
      return List.of("a", "b", "c");
    }

    @Override
    public Sample get(int index) {
      if (broken.contains(index)) {
        throw new BadPictureException(index + ".png", "it rained");
      }
      return new Sample(
          index + ".png", Pictures.of(5, 5, (x, y) -> (index * 7) << 16 | (x + 5 * y)), index % 3);
    }
  }
}
