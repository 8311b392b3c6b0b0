package org.sotdl4j.layers;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How a fresh parameter gets its values. */
@FunctionalInterface
public interface Initializer {

  Initializer ZEROS = constant(0);
  Initializer ONES = constant(1);

  /** Writes the values in place. */
  void fill(INDArray array, RandomGenerator random);

  /** The same value everywhere. */
  static Initializer constant(double value) {
    return (array, random) -> array.assign(value);
  }

  /**
   * Normal with mean 0, cut at two standard deviations: timm's {@code trunc_normal_} for the
   * deviations in use.
   */
  static Initializer truncatedNormal(double std) {
    return (array, random) ->
        fill(
            array,
            () -> {
              double z = random.nextGaussian();
              while (Math.abs(z) > 2) {
                z = random.nextGaussian();
              }
              return std * z;
            });
  }

  /** Normal with mean 0. */
  static Initializer normal(double std) {
    return (array, random) -> fill(array, () -> std * random.nextGaussian());
  }

  /**
   * Uniform in [-bound, bound): with 1/sqrt(fan-in) it is PyTorch's default for Linear and Conv2d.
   */
  static Initializer uniform(double bound) {
    return (array, random) -> fill(array, () -> bound * (2 * random.nextDouble() - 1));
  }

  private static void fill(INDArray array, DoubleSupplier values) {
    double[] flat = new double[Math.toIntExact(array.length())];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.getAsDouble();
    }
    array.assign(Nd4j.createFromArray(flat).reshape(array.shape()));
  }
}
