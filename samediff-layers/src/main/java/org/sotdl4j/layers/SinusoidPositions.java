package org.sotdl4j.layers;

import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The fixed position table of "Attention is all you need" (3.5): {@code sin(n / 10000^(2i/C))} in
 * even columns 2i, the cosine of the same angle in the odd column after it. Shape [1, N, C].
 */
public record SinusoidPositions() implements Initializer {

  @Override
  public void fill(INDArray array, RandomGenerator unused) {
    array.assign(table(array.size(1), array.size(2)));
  }

  /**
   * The table for N positions of width C, [1, N, C], computed in double and rounded to float as the
   * official one.
   */
  public static INDArray table(long positions, long width) {
    double[][][] table = new double[1][Math.toIntExact(positions)][Math.toIntExact(width)];
    for (int n = 0; n < positions; n++) {
      for (int c = 0; c < width; c++) {
        int pair = c / 2;
        double angle = n / Math.pow(10000, 2.0 * pair / width);
        table[0][n][c] = (float) (c % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return Nd4j.createFromArray(table);
  }
}
