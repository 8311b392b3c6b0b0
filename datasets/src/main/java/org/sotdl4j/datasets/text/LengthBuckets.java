package org.sotdl4j.datasets.text;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Batches of texts of similar lengths, so that little is computed for padding and a graph is needed
 * for few lengths: 16, 32, 64 ... tokens.
 *
 * @param texts what is to be cut into batches
 * @param batchSize texts in a batch
 * @param longest tokens that the model has positions for
 */
public record LengthBuckets(List<Encoded> texts, int batchSize, int longest) {

  private static final int SHORTEST = 16;

  /** The length that a text is filled up to: the next power of two, 16 at least. */
  private static int padded(int length) {
    return Math.max(SHORTEST, Integer.highestOneBit(2 * length - 1));
  }

  /**
   * Batches of an epoch of training, in random order; the last texts, too few for a batch, are left
   * out.
   *
   * @param order draws the order; the same state gives the same batches
   */
  public List<TextBatch> training(RandomGenerator order) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
    shuffle(places, order);
    List<TextBatch> batches = batches(places);
    batches.removeIf(batch -> batch.places().size() < batchSize);
    shuffle(batches, order);
    List<TextBatch> numbered = new ArrayList<>();
    for (TextBatch batch : batches) {
      numbered.add(new TextBatch(numbered.size(), batch.length(), batch.places()));
    }
    return numbered;
  }

  /** How many batches {@link #training} gives. */
  public int trainingBatches() {
    return texts.size() / batchSize;
  }

  /** Batches of all texts, short ones first. */
  public List<TextBatch> evaluation() {
    return batches(IntStream.range(0, texts.size()).boxed().toList());
  }

  /** What is left over of a length goes to the next longer one. */
  private List<TextBatch> batches(List<Integer> places) {
    int most = texts.stream().mapToInt(Encoded::length).max().orElse(0);
    List<TextBatch> batches = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int length = SHORTEST; ; length *= 2) {
      for (int place : places) {
        if (padded(texts.get(place).length()) == length) {
          open.add(place);
        }
      }
      boolean last = length >= most;
      while (open.size() >= batchSize || (last && !open.isEmpty())) {
        int count = Math.min(batchSize, open.size());
        List<Integer> together = List.copyOf(open.subList(0, count));
        batches.add(new TextBatch(batches.size(), Math.min(length, longest), together));
        open.subList(0, count).clear();
      }
      if (last) {
        return batches;
      }
    }
  }

  private static <T> void shuffle(List<T> list, RandomGenerator random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      list.set(i, list.set(j, list.get(i)));
    }
  }
}
