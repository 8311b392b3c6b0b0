package org.sotdl4j.app.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Picture;

/**
 * Whether the hot places of a map matter: what the probability of the class becomes as places get
 * the picture's mean colour, the hottest first (deletion), or come back from it (insertion), beside
 * the same in random orders ("RISE", Petsiuk et al., 2018).
 *
 * @param deletion probabilities by the share of places that are covered, from none to all
 * @param insertion probabilities by the share of places that are uncovered, from none to all
 * @param randomDeletion the mean of random orders
 * @param randomInsertion the mean of random orders
 */
public record Occlusion(
    List<Double> deletion,
    List<Double> insertion,
    List<Double> randomDeletion,
    List<Double> randomInsertion) {

  private static final int STEPS = 16;
  private static final int RANDOM_ORDERS = 4;
  private static final long SEED = 42;

  /** Covers and uncovers a picture as the model sees it. */
  static Occlusion of(
      Evaluator evaluator, Normalize normalize, Picture picture, HeatMap map, int target) {
    int[] hottestFirst = map.hottestFirst();
    List<Integer> random = new ArrayList<>(IntStream.of(hottestFirst).boxed().toList());
    List<List<Double>> deletions = new ArrayList<>();
    List<List<Double>> insertions = new ArrayList<>();
    Random seeded = new Random(SEED);
    for (int i = 0; i < RANDOM_ORDERS; i++) {
      Collections.shuffle(random, seeded);
      int[] order = random.stream().mapToInt(Integer::intValue).toArray();
      deletions.add(curve(evaluator, normalize, picture, map, order, target, true));
      insertions.add(curve(evaluator, normalize, picture, map, order, target, false));
    }
    return new Occlusion(
        curve(evaluator, normalize, picture, map, hottestFirst, target, true),
        curve(evaluator, normalize, picture, map, hottestFirst, target, false),
        mean(deletions),
        mean(insertions));
  }

  /** The area under a curve over shares in equal distances from 0 to 1. */
  static double area(List<Double> curve) {
    double sum = (curve.getFirst() + curve.getLast()) / 2;
    for (double p : curve.subList(1, curve.size() - 1)) {
      sum += p;
    }
    return sum / (curve.size() - 1);
  }

  private static List<Double> mean(List<List<Double>> curves) {
    return IntStream.range(0, curves.getFirst().size())
        .mapToObj(i -> curves.stream().mapToDouble(c -> c.get(i)).average().orElseThrow())
        .toList();
  }

  private static List<Double> curve(
      Evaluator evaluator,
      Normalize normalize,
      Picture picture,
      HeatMap map,
      int[] order,
      int target,
      boolean deletes) {
    int size = picture.rgb().length;
    float[] pixels = new float[(STEPS + 1) * size];
    boolean[] covered = new boolean[order.length];
    Arrays.fill(covered, !deletes);
    int done = 0;
    for (int step = 0; step <= STEPS; step++) {
      for (; done < order.length * step / STEPS; done++) {
        covered[order[done]] = deletes;
      }
      normalize.apply(covered(picture, map, covered), pixels, step * size);
    }
    long[] shape = {STEPS + 1, Picture.CHANNELS, picture.height(), picture.width()};
    List<Double> curve = new ArrayList<>();
    try (INDArray images = Nd4j.create(pixels, shape, 'c')) {
      for (double[] probabilities : evaluator.probabilities(images)) {
        curve.add(probabilities[target]);
      }
    }
    return curve;
  }

  private static Picture covered(Picture picture, HeatMap map, boolean[] covered) {
    byte[] rgb = picture.rgb().clone();
    for (int c = 0; c < Picture.CHANNELS; c++) {
      long sum = 0;
      for (int i = c; i < rgb.length; i += Picture.CHANNELS) {
        sum += picture.rgb()[i] & 0xff;
      }
      byte mean = (byte) (sum * Picture.CHANNELS / rgb.length);
      for (int i = 0; i < picture.width() * picture.height(); i++) {
        int y = i / picture.width() * map.rows() / picture.height();
        int x = i % picture.width() * map.columns() / picture.width();
        if (covered[y * map.columns() + x]) {
          rgb[Picture.CHANNELS * i + c] = mean;
        }
      }
    }
    return new Picture(picture.width(), picture.height(), rgb);
  }
}
