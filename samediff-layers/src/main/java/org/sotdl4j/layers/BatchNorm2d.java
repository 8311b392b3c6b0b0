package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Batch normalisation of a map [B, C, H, W] (Ioffe and Szegedy, 2015) as PyTorch's {@code
 * BatchNorm2d}: in training by the batch's mean and biased variance, in evaluation by the running
 * ones.
 *
 * <p>State: {@code weight}, {@code bias}, {@code running_mean}, {@code running_var} [C], {@code
 * num_batches_tracked}.
 *
 * @param channels C
 * @param eps added to the variance
 * @param momentum the share of the new batch in the running statistics
 */
public record BatchNorm2d(int channels, double eps, double momentum) implements Layer {

  public BatchNorm2d(int channels) {
    this(channels, 1e-5, 0.1);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable weight = scope.parameter("weight", Initializer.ONES, channels);
    SDVariable bias = scope.parameter("bias", Initializer.ZEROS, channels);
    SDVariable runningMean = scope.buffer("running_mean", Initializer.ZEROS, channels);
    SDVariable runningVariance = scope.buffer("running_var", Initializer.ONES, channels);
    scope.counter("num_batches_tracked");

    SDVariable centred;
    SDVariable variance;
    if (scope.training()) {
      SDVariable mean = perMap(x); // [1, C, 1, 1]
      centred = x.sub(mean);
      variance = perMap(centred.mul(centred));
      long[] shape = scope.shape(x);
      scope.running(mean, variance, shape[2] * shape[3], momentum);
    } else {
      centred = x.sub(perChannel(runningMean));
      variance = perChannel(runningVariance);
    }
    SDVariable scale = perChannel(weight).div(scope.sd().math.sqrt(variance.add(eps)));
    return centred.mul(scale).add(perChannel(bias));
  }

  /**
   * The mean of each channel, in two stages: ND4J adds one float after the other, which loses
   * digits.
   */
  private static SDVariable perMap(SDVariable x) {
    return x.mean(true, 3).mean(true, 0, 2);
  }

  private SDVariable perChannel(SDVariable v) {
    return v.reshape(1, channels, 1, 1);
  }
}
