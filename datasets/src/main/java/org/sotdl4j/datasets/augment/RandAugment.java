package org.sotdl4j.datasets.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * RandAugment (Cubuk et al., 2020, arXiv 1909.13719) as timm's: some operations drawn from a list.
 *
 * @param ops to draw from
 * @param layers how many are drawn
 * @param weights probability of each; empty where all are alike. With weights none is drawn twice
 */
public record RandAugment(List<AugmentOp> ops, int layers, List<Double> weights)
    implements Transform {

  public RandAugment {
    ops = List.copyOf(ops);
    weights = List.copyOf(weights);
    if (layers < 0 || (!weights.isEmpty() && layers > ops.size())) {
      throw new IllegalArgumentException(
          "Cannot draw %d of %d operations".formatted(layers, ops.size()));
    }
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    boolean[] used = new boolean[ops.size()];
    for (int i = 0; i < layers; i++) {
      int drawn = weights.isEmpty() ? random.nextInt(ops.size()) : draw(used, random);
      used[drawn] = true;
      picture = ops.get(drawn).apply(picture, random);
    }
    return picture;
  }

  /** One that was not drawn yet, by weight. */
  private int draw(boolean[] used, RandomGenerator random) {
    double left = 0;
    for (int i = 0; i < used.length; i++) {
      left += used[i] ? 0 : weights.get(i);
    }
    double point = left * random.nextDouble();
    int last = 0;
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        last = i;
        point -= weights.get(i);
        if (point < 0) {
          break;
        }
      }
    }
    return last;
  }
}
