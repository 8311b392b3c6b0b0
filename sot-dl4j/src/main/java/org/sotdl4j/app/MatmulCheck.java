package org.sotdl4j.app;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Multiplies two matrices whose product is known, and measures how fast the machine does it. */
final class MatmulCheck {

  private static final int SIZE = 1024;

  private static final long NANOS = 300_000_000;

  private MatmulCheck() {}

  static Check run() {
    // a[i, k] = i mod 7 and b[k, j] = j mod 5, so (a b)[i, j] = SIZE (i mod 7) (j mod 5), exact in
    // float.
    INDArray rows = Nd4j.create(cycle(7), SIZE, 1);
    INDArray columns = Nd4j.create(cycle(5), 1, SIZE);
    INDArray a = rows.repeat(1, SIZE);
    INDArray b = columns.repeat(0, SIZE);
    INDArray product = Nd4j.create(SIZE, SIZE);

    long best = Long.MAX_VALUE;
    long end = System.nanoTime() + NANOS;
    do {
      long start = System.nanoTime();
      Nd4j.matmul(a, b, product);
      best = Math.min(best, System.nanoTime() - start);
    } while (System.nanoTime() < end);

    String name = "matmul";
    INDArray expected = rows.mul(columns).muli(SIZE);
    return product.equalsWithEps(expected, 0)
        ? Check.ok(name, "%.0f GFLOP/s".formatted(2.0 * SIZE * SIZE * SIZE / best))
        : Check.failure(
            name,
            "wrong result",
            "Do not trust this machine's results; try -Dorg.bytedeco.javacpp.platform.extension= in SOT_JAVA_OPTS, which takes ND4J's plain natives.");
  }

  private static float[] cycle(int period) {
    var values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = i % period;
    }
    return values;
  }
}
