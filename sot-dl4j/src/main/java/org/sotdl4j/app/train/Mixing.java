package org.sotdl4j.app.train;

import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures of a batch that are mixed with those of the batch read backwards: picture i with picture
 * B - 1 - i.
 *
 * @param images [B, C, H, W]
 * @param lambdas [B] the share of each picture that is its own
 */
@SuppressWarnings("ArrayRecordComponent")
record Mixing(INDArray images, double[] lambdas) {

  /** How one picture is mixed; without a box it is blended. */
  private record Part(double lambda, CutmixBox box) {}

  private static final Part WHOLE = new Part(1, null);

  /** Mixes a batch; the images given stay as they are. */
  static Mixing of(INDArray images, MixingConfig config, RandomGenerator random) {
    int batch = (int) images.size(0);
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    Part[] parts = new Part[batch];
    switch (config.mode()) {
      case BATCH -> {
        Part part = part(config, height, width, random);
        for (int i = 0; i < batch; i++) {
          parts[i] = part;
        }
      }
      case PAIR -> {
        parts[batch / 2] = WHOLE; // the middle one of an odd number has no partner
        for (int i = 0; i < batch / 2; i++) {
          parts[i] = part(config, height, width, random);
          parts[batch - 1 - i] = parts[i];
        }
      }
      case ELEM -> {
        for (int i = 0; i < batch; i++) {
          parts[i] = part(config, height, width, random);
        }
      }
    }
    return apply(images, parts);
  }

  private static Part part(MixingConfig config, int height, int width, RandomGenerator random) {
    if (random.nextDouble() >= config.prob()) {
      return WHOLE;
    }
    boolean cut =
        config.cuts() && (config.mixup() == 0 || random.nextDouble() < config.switchProb());
    if (!cut) {
      return new Part(BetaDistribution.draw(config.mixup(), random), null);
    }
    CutmixBox box;
    if (config.minMax() != null) {
      MixingConfig.MinMax bounds = config.minMax();
      box = CutmixBox.within(height, width, bounds.min(), bounds.max(), random);
    } else {
      double lambda = BetaDistribution.draw(config.cutmix(), random);
      box = CutmixBox.around(height, width, lambda, random.nextInt(height), random.nextInt(width));
    }
    return new Part(box.lambda(height, width), box);
  }

  private static Mixing apply(INDArray images, Part... parts) {
    float[] source = images.dup('c').data().asFloat();
    float[] mixed = source.clone();
    int batch = parts.length;
    int channels = (int) images.size(1);
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    int picture = channels * height * width;
    double[] lambdas = new double[batch];
    for (int i = 0; i < batch; i++) {
      Part part = parts[i];
      lambdas[i] = part.lambda();
      int own = i * picture;
      int other = (batch - 1 - i) * picture;
      if (part.box() == null) {
        blend(mixed, source, own, other, picture, (float) part.lambda());
      } else {
        CutmixBox box = part.box();
        int length = box.right() - box.left();
        for (int row = 0; row < channels * height; row++) {
          int y = row % height;
          if (y >= box.top() && y < box.bottom()) {
            int offset = row * width + box.left();
            System.arraycopy(source, other + offset, mixed, own + offset, length);
          }
        }
      }
    }
    return new Mixing(Nd4j.create(mixed, images.shape(), 'c'), lambdas);
  }

  private static void blend(
      float[] mixed, float[] source, int own, int other, int length, float lambda) {
    if (lambda == 1) {
      return;
    }
    for (int k = 0; k < length; k++) {
      mixed[own + k] = source[own + k] * lambda + source[other + k] * (1 - lambda);
    }
  }
}
