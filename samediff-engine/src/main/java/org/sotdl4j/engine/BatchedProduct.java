package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import java.util.Optional;

/**
 * Many products of small matrices, as attention has them: {@code c = a b} for [..., m, k] and [...,
 * k, n], where a and b may lie transposed. For one large matrix libnd4j's product is faster.
 */
final class BatchedProduct {

  /** Floats of a matrix b that the second-level cache holds beside the rest. */
  private static final long CACHED = 64 * 1024;

  private final Floats a;
  private final Floats b;
  private final Floats c;
  private final boolean transposeA;
  private final boolean transposeB;
  private final long matrices;
  private final int m;
  private final int n;
  private final int k;

  private BatchedProduct(Floats a, boolean transposeA, Floats b, boolean transposeB, Floats c) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.transposeA = transposeA;
    this.transposeB = transposeB;
    this.m = Math.toIntExact(c.axis(-2));
    this.n = Math.toIntExact(c.axis(-1));
    this.k = Math.toIntExact(a.axis(transposeA ? -2 : -1));
    this.matrices = c.length() / ((long) m * n);
  }

  /** Empty for single and for large matrices, and where one matrix meets many. */
  static Optional<Step> of(Floats a, boolean transposeA, Floats b, boolean transposeB, Floats c) {
    if (c.shape().length < 3 || !sameBatch(a, c) || !sameBatch(b, c)) {
      return Optional.empty();
    }
    BatchedProduct product = new BatchedProduct(a, transposeA, b, transposeB, c);
    return (long) product.n * product.k <= CACHED ? Optional.of(product::run) : Optional.empty();
  }

  private static boolean sameBatch(Floats x, Floats y) {
    int rank = y.shape().length;
    return x.shape().length == rank
        && Arrays.equals(x.shape(), 0, rank - 2, y.shape(), 0, rank - 2);
  }

  private void run() {
    // A multiplication costs a vector's share of an addition of arrays.
    Parallel.run(matrices, Math.max(1, (long) m * n * k / Rows.LANES), this::run);
  }

  private void run(long from, long to) {
    int stride = SmallProduct.padded(n);
    int rows = transposeA ? k : m;
    int columns = transposeA ? m : k;
    int aStride = SmallProduct.padded(columns);
    float[] left = Borrowed.take(rows * aStride);
    float[] right = Borrowed.take(k * stride);
    float[] result = Borrowed.take(m * stride);
    for (long i = from; i < to; i++) {
      SmallProduct.layOut(a.address() + i * m * k * BYTES, columns, rows, columns, left);
      long second = b.address() + i * k * n * BYTES;
      if (transposeB) {
        SmallProduct.layOutTransposed(second, k, k, n, 1, right, 0);
      } else {
        SmallProduct.layOutPanels(second, n, k, n, right, 0);
      }
      SmallProduct.multiply(left, aStride, transposeA, right, result, stride, m, k);
      SmallProduct.store(result, m, n, c.address() + i * m * n * BYTES, n);
    }
    Borrowed.give(left, right, result);
  }
}
