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

  /**
   * A matrix with orthogonal rows (columns, where there are more rows than columns), all of length
   * {@code gain}: what orthonormalising normal numbers gives.
   */
  static Initializer orthogonal(double gain) {
    return (array, random) -> {
      boolean wide = array.rows() <= array.columns();
      int length = Math.max(array.rows(), array.columns());
      double[][] vectors = new double[Math.min(array.rows(), array.columns())][length];
      for (int i = 0; i < vectors.length; i++) {
        for (int k = 0; k < length; k++) {
          vectors[i][k] = random.nextGaussian();
        }
        for (int j = 0; j < i; j++) {
          double along = dot(vectors[i], vectors[j]);
          for (int k = 0; k < length; k++) {
            vectors[i][k] -= along * vectors[j][k];
          }
        }
        double norm = Math.sqrt(dot(vectors[i], vectors[i]));
        for (int k = 0; k < length; k++) {
          vectors[i][k] /= norm;
        }
      }
      INDArray rows = Nd4j.createFromArray(vectors).muli(gain);
      array.assign(wide ? rows : rows.transpose());
    };
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void fill(INDArray array, DoubleSupplier values) {
    double[] flat = new double[Math.toIntExact(array.length())];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.getAsDouble();
    }
    array.assign(Nd4j.createFromArray(flat).reshape(array.shape()));
  }
}
