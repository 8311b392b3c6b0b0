package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention of one head after the other, some queries at a time, so that all that is worked on
 * stays in the second-level cache.
 *
 * @param qkv address of the projections, [B, N, 3, h, d]
 * @param batch B
 * @param tokens N
 * @param heads h
 * @param width d
 * @param scale the factor on the scores
 */
record AttentionKernel(long qkv, long batch, int tokens, int heads, int width, float scale) {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = SPECIES.length();

  /** Queries at a time. */
  private static final int QUERIES = 48;

  static AttentionKernel of(INDArray qkv, int heads, double scale) {
    return new AttentionKernel(
        Floats.address(qkv),
        qkv.size(0),
        Math.toIntExact(qkv.size(1)),
        heads,
        Math.toIntExact(qkv.size(2) / 3 / heads),
        (float) scale);
  }

  /** Floats from a token's projections to the next token's. */
  private long perToken() {
    return 3L * heads * width;
  }

  /** The address of a head's queries (part 0), keys (1) or values (2), of the first token. */
  private long part(long array, long head, int part) {
    return array
        + (head / heads * tokens * perToken() + ((long) part * heads + head % heads) * width)
            * BYTES;
  }

  /** The same for an array of [B, N, h, d]. */
  private long joined(long array, long head) {
    return array + (head / heads * tokens * heads + head % heads) * width * BYTES;
  }

  private long floatsPerHead() {
    return (long) tokens * tokens * width / LANES;
  }

  /** Writes y [B, N, h, d] and the logarithms [B, h, N]. */
  Step forward(long y, long logarithms) {
    return () ->
        Parallel.run(
            batch * heads,
            floatsPerHead(),
            (from, to) -> {
              try (Arena arena = Arena.ofConfined()) {
                Scratch scratch = new Scratch(arena);
                for (long head = from; head < to; head++) {
                  forward(head, joined(y, head), logarithms + head * tokens * BYTES, scratch);
                }
              }
            });
  }

  /** Memory of one thread. */
  private final class Scratch {
    final long keys; // [d, N]
    final long values; // [N, d]
    final long scores; // [queries, N]
    final long mixed; // [queries, d]

    Scratch(Arena arena) {
      keys = floats(arena, width * perRow());
      values = floats(arena, tokens * perHead());
      scores = floats(arena, QUERIES * perRow());
      mixed = floats(arena, QUERIES * perHead());
    }
  }

  private static long floats(Arena arena, long count) {
    return arena.allocate(count * BYTES, SPECIES.vectorByteSize()).address();
  }

  /** Floats of a row of scores. */
  private long perRow() {
    return SmallProduct.padded(tokens);
  }

  /** Floats of a row of a head's values. */
  private long perHead() {
    return SmallProduct.padded(width);
  }

  private void forward(long head, long y, long logarithms, Scratch scratch) {
    SmallProduct.layOutTransposed(part(qkv, head, 1), perToken(), width, tokens, scratch.keys);
    SmallProduct.layOut(part(qkv, head, 2), perToken(), tokens, width, scratch.values);
    long queries = part(qkv, head, 0);
    float[] lanes = new float[LANES];
    for (int first = 0; first < tokens; first += QUERIES) {
      int count = Math.min(QUERIES, tokens - first);
      SmallProduct.multiply(
          queries + first * perToken() * BYTES,
          perToken() * BYTES,
          BYTES,
          scratch.keys,
          scratch.scores,
          perRow(),
          count,
          width,
          false);
      float[] sums = new float[count];
      for (int i = 0; i < count; i++) {
        long row = scratch.scores + i * perRow() * BYTES;
        float max = scale * max(row, tokens, scale < 0);
        exponentials(row, tokens, scale, max);
        double sum = sum(row, tokens, lanes);
        sums[i] = (float) (1 / sum);
        Floats.set(logarithms + (first + i) * BYTES, (float) (max + Math.log(sum)));
      }
      SmallProduct.multiply(
          scratch.scores,
          perRow() * BYTES,
          BYTES,
          scratch.values,
          scratch.mixed,
          perHead(),
          count,
          tokens,
          false);
      for (int i = 0; i < count; i++) {
        long to = y + (long) (first + i) * heads * width * BYTES;
        copyScaled(scratch.mixed + i * perHead() * BYTES, to, width, sums[i]);
      }
    }
  }

  /** The largest value of a row, or the smallest. */
  private static float max(long row, int n, boolean smallest) {
    float extreme = Floats.get(row);
    int whole = SPECIES.loopBound(n);
    if (whole > 0) {
      FloatVector vector = load(row);
      for (int i = LANES; i < whole; i += LANES) {
        FloatVector next = load(row + i * BYTES);
        vector = smallest ? vector.min(next) : vector.max(next);
      }
      // An extreme value is the same in any order.
      extreme = vector.reduceLanes(smallest ? VectorOperators.MIN : VectorOperators.MAX);
    }
    for (int i = whole; i < n; i++) {
      float next = Floats.get(row + i * BYTES);
      extreme = smallest ? Math.min(extreme, next) : Math.max(extreme, next);
    }
    return extreme;
  }

  /** {@code e^(scale x - shift)} in place, with zeros in what pads the row. */
  private static void exponentials(long row, int n, float scale, float shift) {
    long end = SmallProduct.padded(n);
    for (int i = 0; i < end; i += LANES) {
      Functions.exp(load(row + i * BYTES).mul(scale).sub(shift))
          .intoMemorySegment(MEMORY, row + i * BYTES, ORDER);
    }
    for (long i = n; i < end; i++) {
      Floats.set(row + i * BYTES, 0);
    }
  }

  /** The sum of a row whose padding is zero. */
  private static double sum(long row, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      sum = sum.add(load(row + i * BYTES));
    }
    // Not reduceLanes: its order, and so the last bit, changes when the JIT compiles it.
    sum.intoArray(lanes, 0);
    double total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    return total;
  }

  private static void copyScaled(long from, long to, int n, float factor) {
    int whole = SPECIES.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      load(from + i * BYTES).mul(factor).intoMemorySegment(MEMORY, to + i * BYTES, ORDER);
    }
    for (int i = whole; i < n; i++) {
      Floats.set(to + i * BYTES, Floats.get(from + i * BYTES) * factor);
    }
  }

  /**
   * Writes the gradients [B, N, 3, h, d] by the projections.
   *
   * @param upstream [B, N, h, d]
   * @param y what {@link #forward} wrote
   * @param logarithms what it wrote
   */
  Step backward(long upstream, long y, long logarithms, long gradients) {
    return () ->
        Parallel.run(
            batch * heads,
            3 * floatsPerHead(),
            (from, to) -> {
              try (Arena arena = Arena.ofConfined()) {
                BackwardScratch scratch = new BackwardScratch(arena);
                for (long head = from; head < to; head++) {
                  backward(
                      head,
                      joined(upstream, head),
                      joined(y, head),
                      logarithms + head * tokens * BYTES,
                      gradients,
                      scratch);
                }
              }
            });
  }

  /** Memory of one thread. */
  private final class BackwardScratch {
    final long keysTurned; // [d, N]
    final long valuesTurned; // [d, N]
    final long keys; // [N, d]
    final long queries; // [queries, d]
    final long upstream; // [queries, d]
    final long weights; // [queries, N]
    final long byScores; // [queries, N]
    final long byQueries; // [queries, d]
    final long byKeys; // [N, d]
    final long byValues; // [N, d]

    BackwardScratch(Arena arena) {
      keysTurned = floats(arena, width * perRow());
      valuesTurned = floats(arena, width * perRow());
      keys = floats(arena, tokens * perHead());
      queries = floats(arena, QUERIES * perHead());
      upstream = floats(arena, QUERIES * perHead());
      weights = floats(arena, QUERIES * perRow());
      byScores = floats(arena, QUERIES * perRow());
      byQueries = floats(arena, QUERIES * perHead());
      byKeys = floats(arena, tokens * perHead());
      byValues = floats(arena, tokens * perHead());
    }
  }

  private void backward(
      long head, long upstream, long y, long logarithms, long gradients, BackwardScratch s) {
    long perY = (long) heads * width;
    SmallProduct.layOutTransposed(part(qkv, head, 1), perToken(), width, tokens, s.keysTurned);
    SmallProduct.layOutTransposed(part(qkv, head, 2), perToken(), width, tokens, s.valuesTurned);
    SmallProduct.layOut(part(qkv, head, 1), perToken(), tokens, width, s.keys);
    float[] lanes = new float[LANES];
    for (int first = 0; first < tokens; first += QUERIES) {
      int count = Math.min(QUERIES, tokens - first);
      long query = part(qkv, head, 0) + first * perToken() * BYTES;
      long g = upstream + first * perY * BYTES;
      SmallProduct.layOut(query, perToken(), count, width, s.queries);
      SmallProduct.layOut(g, perY, count, width, s.upstream);
      long rowBytes = perRow() * BYTES;
      long headBytes = perHead() * BYTES;
      SmallProduct.multiply(
          s.queries, headBytes, BYTES, s.keysTurned, s.weights, perRow(), count, width, false);
      SmallProduct.multiply(
          s.upstream, headBytes, BYTES, s.valuesTurned, s.byScores, perRow(), count, width, false);
      for (int i = 0; i < count; i++) {
        long weights = s.weights + i * rowBytes;
        exponentials(weights, tokens, scale, Floats.get(logarithms + (first + i) * BYTES));
        double dot = dot(s.upstream + i * headBytes, y + (first + i) * perY * BYTES, width, lanes);
        byScores(weights, s.byScores + i * rowBytes, tokens, (float) dot, scale);
      }
      boolean more = first > 0;
      SmallProduct.multiply(
          s.weights, BYTES, rowBytes, s.upstream, s.byValues, perHead(), tokens, count, more);
      SmallProduct.multiply(
          s.byScores, BYTES, rowBytes, s.queries, s.byKeys, perHead(), tokens, count, more);
      SmallProduct.multiply(
          s.byScores, rowBytes, BYTES, s.keys, s.byQueries, perHead(), count, tokens, false);
      store(s.byQueries, part(gradients, head, 0) + first * perToken() * BYTES, count);
    }
    store(s.byKeys, part(gradients, head, 1), tokens);
    store(s.byValues, part(gradients, head, 2), tokens);
  }

  private void store(long rows, long target, int count) {
    for (int i = 0; i < count; i++) {
      copyScaled(rows + i * perHead() * BYTES, target + i * perToken() * BYTES, width, 1);
    }
  }

  private static double dot(long x, long y, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = SPECIES.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      sum = load(x + i * BYTES).fma(load(y + i * BYTES), sum);
    }
    sum.intoArray(lanes, 0);
    double total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    for (int i = whole; i < n; i++) {
      total += Floats.get(x + i * BYTES) * Floats.get(y + i * BYTES);
    }
    return total;
  }

  /** {@code byScores = weights * (byScores - dot) * scale}; the padding's weights are zero. */
  private static void byScores(long weights, long byScores, int n, float dot, float scale) {
    for (int i = 0; i < n; i += LANES) {
      long at = i * BYTES;
      load(byScores + at)
          .sub(dot)
          .mul(load(weights + at))
          .mul(scale)
          .intoMemorySegment(MEMORY, byScores + at, ORDER);
    }
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
  }
}
