package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Many products of small matrices, as attention has them: {@code c = a b} for [..., m, k] and [...,
 * k, n], where a and b may lie transposed. For one large matrix libnd4j's product is faster.
 */
final class BatchedProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = SPECIES.length();

  /** Columns done at a time: two vectors, by four rows, are eight sums in registers. */
  private static final int COLUMNS = 2 * LANES;

  private static final int ROWS = 4;

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
    Parallel.run(matrices, Math.max(1, (long) m * n * k / LANES), this::run);
  }

  private void run(long from, long to) {
    long stride = (long) Math.ceilDiv(n, COLUMNS) * COLUMNS;
    try (Arena arena = Arena.ofConfined()) {
      long rows = arena.allocate(k * stride * BYTES, SPECIES.vectorByteSize()).address();
      long result = arena.allocate(m * stride * BYTES, SPECIES.vectorByteSize()).address();
      for (long i = from; i < to; i++) {
        layOut(b.address() + i * k * n * BYTES, rows, stride);
        multiply(a.address() + i * m * k * BYTES, rows, stride, result);
        for (long row = 0; row < m; row++) {
          MemorySegment.copy(
              MEMORY,
              result + row * stride * BYTES,
              MEMORY,
              c.address() + (i * m + row) * n * BYTES,
              n * BYTES);
        }
      }
    }
  }

  /** Copies b, not transposed, with rows of whole vectors. */
  private void layOut(long source, long target, long stride) {
    if (!transposeB) {
      for (long row = 0; row < k; row++) {
        MemorySegment.copy(
            MEMORY, source + row * n * BYTES, MEMORY, target + row * stride * BYTES, n * BYTES);
      }
      return;
    }
    for (long column = 0; column < n; column++) {
      long from = source + column * k * BYTES;
      long to = target + column * BYTES;
      for (long row = 0; row < k; row++) {
        Floats.set(to + row * stride * BYTES, Floats.get(from + row * BYTES));
      }
    }
  }

  private void multiply(long matrix, long rows, long stride, long target) {
    long perRow = (transposeA ? 1 : k) * BYTES;
    long perInner = (transposeA ? m : 1) * BYTES;
    for (int i = 0; i < m; i += ROWS) {
      // Where fewer rows are left, the last one is computed again.
      int i1 = Math.min(i + 1, m - 1);
      int i2 = Math.min(i + 2, m - 1);
      int i3 = Math.min(i + 3, m - 1);
      for (int j = 0; j < n; j += COLUMNS) {
        FloatVector left0 = FloatVector.zero(SPECIES);
        FloatVector left1 = left0;
        FloatVector left2 = left0;
        FloatVector left3 = left0;
        FloatVector right0 = left0;
        FloatVector right1 = left0;
        FloatVector right2 = left0;
        FloatVector right3 = left0;
        for (int inner = 0; inner < k; inner++) {
          long row = rows + (inner * stride + j) * BYTES;
          FloatVector left = FloatVector.fromMemorySegment(SPECIES, MEMORY, row, ORDER);
          FloatVector right =
              FloatVector.fromMemorySegment(SPECIES, MEMORY, row + LANES * BYTES, ORDER);
          long column = matrix + inner * perInner;
          FloatVector x0 = all(column + i * perRow);
          FloatVector x1 = all(column + i1 * perRow);
          FloatVector x2 = all(column + i2 * perRow);
          FloatVector x3 = all(column + i3 * perRow);
          left0 = left.fma(x0, left0);
          left1 = left.fma(x1, left1);
          left2 = left.fma(x2, left2);
          left3 = left.fma(x3, left3);
          right0 = right.fma(x0, right0);
          right1 = right.fma(x1, right1);
          right2 = right.fma(x2, right2);
          right3 = right.fma(x3, right3);
        }
        long to = target + j * BYTES;
        long next = to + LANES * BYTES;
        left0.intoMemorySegment(MEMORY, to + i * stride * BYTES, ORDER);
        left1.intoMemorySegment(MEMORY, to + i1 * stride * BYTES, ORDER);
        left2.intoMemorySegment(MEMORY, to + i2 * stride * BYTES, ORDER);
        left3.intoMemorySegment(MEMORY, to + i3 * stride * BYTES, ORDER);
        right0.intoMemorySegment(MEMORY, next + i * stride * BYTES, ORDER);
        right1.intoMemorySegment(MEMORY, next + i1 * stride * BYTES, ORDER);
        right2.intoMemorySegment(MEMORY, next + i2 * stride * BYTES, ORDER);
        right3.intoMemorySegment(MEMORY, next + i3 * stride * BYTES, ORDER);
      }
    }
  }

  private static FloatVector all(long address) {
    return FloatVector.broadcast(SPECIES, Floats.get(address));
  }
}
