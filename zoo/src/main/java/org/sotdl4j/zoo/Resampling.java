package org.sotdl4j.zoo;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Ways to resample a line of values, as matrices of weights [out, in] in double. */
enum Resampling {
  /** Cubic convolution (Keys, 1981; a = -0.75) of the four nearest values, the border repeated. */
  BICUBIC {
    @Override
    INDArray weights(int in, int out) {
      double[][] weights = new double[out][in];
      for (int i = 0; i < out; i++) {
        double centre = (i + 0.5f) * ((float) in / out) - 0.5f;
        int left = (int) Math.floor(centre);
        for (int k = left - 1; k <= left + 2; k++) {
          weights[i][Math.clamp(k, 0, in - 1)] += cubic(k - centre, -0.75);
        }
      }
      return Nd4j.createFromArray(weights);
    }
  },

  /**
   * Cubic convolution with a = -0.5, widened when it shrinks so that every value counts, and cut at
   * the border: PyTorch's {@code antialias=True}.
   */
  ANTIALIASED_BICUBIC {
    @Override
    INDArray weights(int in, int out) {
      float scale = (float) in / out; // places are floats, as in PyTorch
      double widening = Math.max(scale, 1);
      double support = 2 * widening;
      double[][] weights = new double[out][in];
      for (int i = 0; i < out; i++) {
        double centre = (i + 0.5f) * scale;
        int from = Math.max((int) (centre - support + 0.5), 0);
        int to = Math.min((int) (centre + support + 0.5), in);
        double sum = 0;
        for (int k = from; k < to; k++) {
          weights[i][k] = cubic((k + 0.5 - centre) / widening, -0.5);
          sum += weights[i][k];
        }
        for (int k = from; k < to; k++) {
          weights[i][k] /= sum;
        }
      }
      return Nd4j.createFromArray(weights);
    }
  },

  /**
   * Linear between places that lie in a geometric progression from the middle outwards, so that
   * near distances keep their values and far ones are stretched: timm's {@code
   * resize_rel_pos_bias_table}, after BEiT. Both lengths are odd.
   */
  GEOMETRIC {
    @Override
    INDArray weights(int in, int out) {
      if (in == 1) {
        return Nd4j.ones(DataType.DOUBLE, out, 1);
      }
      int reach = out / 2;
      double[] places = progression(in / 2, reach);
      double[][] weights = new double[out][in];
      for (int i = 0; i < out; i++) {
        double x = Math.clamp(i - reach, places[0], places[in - 1]);
        int right = 1;
        while (places[right] < x) {
          right++;
        }
        double share = (x - places[right - 1]) / (places[right] - places[right - 1]);
        weights[i][right - 1] = 1 - share;
        weights[i][right] = share;
      }
      return Nd4j.createFromArray(weights);
    }
  };

  /** The matrix that takes {@code in} values to {@code out}. */
  abstract INDArray weights(int in, int out);

  /** Resamples a map [C, H, W] to [C, height, width], in double. */
  INDArray apply(INDArray map, int height, int width) {
    long c = map.size(0);
    long h = map.size(1);
    long w = map.size(2);
    INDArray rows = map.dup('c').reshape(c * h, w).mmul(weights((int) w, width).transpose());
    INDArray columns = rows.reshape(c, h, width).permute(0, 2, 1).dup('c').reshape(c * width, h);
    INDArray both = columns.mmul(weights((int) h, height).transpose());
    return both.reshape(c, width, height).permute(0, 2, 1);
  }

  private static double cubic(double distance, double a) {
    double x = Math.abs(distance);
    if (x <= 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  /**
   * Places -p_n, ..., -p_1, 0, p_1, ..., p_n with p_k = 1 + q + ... + q^(k-1), q chosen such that
   * p_n is {@code reach}; rounded to float, as timm holds them.
   */
  private static double[] progression(int n, int reach) {
    DoubleUnaryOperator last = q -> (1 - Math.pow(q, n)) / (1 - q);
    // timm's bounds and accuracy: a table that shrinks gets the smallest factor.
    double low = 1.01;
    double high = 1.5;
    double q = low;
    while (high - low > 1e-6) {
      q = (low + high) / 2;
      if (last.applyAsDouble(q) > reach) {
        high = q;
      } else {
        low = q;
      }
    }
    double[] places = new double[2 * n + 1];
    double place = 0;
    for (int k = 1; k <= n; k++) {
      place += Math.pow(q, k - 1);
      places[n + k] = (float) place;
      places[n - k] = (float) -place;
    }
    return places;
  }
}
