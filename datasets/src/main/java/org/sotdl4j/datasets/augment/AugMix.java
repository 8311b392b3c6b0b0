package org.sotdl4j.datasets.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;

/**
 * AugMix (Hendrycks et al., 2020, arXiv 1912.02781) as timm's: the picture mixed with a mixture of
 * chains of operations on it.
 *
 * @param ops to draw from
 * @param alpha of the Dirichlet and Beta distributions of the shares
 * @param width how many chains
 * @param depth operations of a chain; 0 draws 1 to 3
 * @param blended whether chains are blended in one by one, in whole numbers, which is faster
 */
public record AugMix(List<AugmentOp> ops, double alpha, int width, int depth, boolean blended)
    implements Transform {

  public AugMix {
    ops = List.copyOf(ops);
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY) || width < 1 || depth < 0) {
      throw new IllegalArgumentException(
          "AugMix needs alpha above 0, a chain at least and no negative depth, but has %s, %d and %d"
              .formatted(alpha, width, depth));
    }
  }

  @Override
  public Picture apply(Picture picture, RandomGenerator random) {
    double[] shares = new double[width];
    double sum = 0;
    for (int i = 0; i < width; i++) {
      shares[i] = gamma(random);
      sum += shares[i];
    }
    for (int i = 0; i < width; i++) {
      shares[i] /= sum;
    }
    double one = gamma(random);
    double mixed = one / (one + gamma(random)); // Beta
    return blended ? blend(picture, shares, mixed, random) : mix(picture, shares, mixed, random);
  }

  private Picture mix(Picture picture, double[] shares, double mixed, RandomGenerator random) {
    float[] sum = new float[picture.rgb().length];
    for (double share : shares) {
      byte[] chain = chain(picture, random).rgb();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (float) share * (chain[i] & 0xff);
      }
    }
    byte[] mixture = new byte[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mixture[i] = (byte) Math.clamp((int) sum[i], 0, 255);
    }
    return Enhance.blend(
        picture, new Picture(picture.width(), picture.height(), mixture), (float) mixed);
  }

  /** Each chain's share of what is blended so far, so that in the end each has its own share. */
  private Picture blend(Picture picture, double[] shares, double mixed, RandomGenerator random) {
    double[] blends = new double[width];
    double left = 1;
    for (int i = width - 1; i >= 0; i--) {
      blends[i] = shares[i] * mixed / left;
      left *= 1 - blends[i];
    }
    Picture result = picture;
    for (double share : blends) {
      result = Enhance.blend(result, chain(picture, random), share);
    }
    return result;
  }

  private Picture chain(Picture picture, RandomGenerator random) {
    int length = depth > 0 ? depth : random.nextInt(1, 4);
    for (int i = 0; i < length; i++) {
      picture = ops.get(random.nextInt(ops.size())).apply(picture, random);
    }
    return picture;
  }

  /** Marsaglia and Tsang, 2000; below 1 by a power of an even number. */
  private double gamma(RandomGenerator random) {
    double boost = alpha < 1 ? Math.pow(1 - random.nextDouble(), 1 / alpha) : 1;
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3;
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + x / Math.sqrt(9 * d), 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        return Math.max(d * v * boost, Double.MIN_NORMAL);
      }
    }
  }
}
