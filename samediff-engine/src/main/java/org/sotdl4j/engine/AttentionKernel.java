package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import java.util.function.Supplier;
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
 * @param scale the factor on the scores, positive
 */
record AttentionKernel(long qkv, long batch, int tokens, int heads, int width, float scale) {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

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

  /** The address of a head's queries (part 0), keys (1) or values (2), of a token. */
  private long part(long array, long head, int part, int token) {
    long first = head / heads * tokens + token;
    return array + (first * perToken() + ((long) part * heads + head % heads) * width) * BYTES;
  }

  /** The same for an array of [B, N, h, d]. */
  private long joined(long array, long head, int token) {
    return array + ((head / heads * tokens + token) * heads + head % heads) * width * BYTES;
  }

  /** Floats of a row of scores. */
  private int perRow() {
    return SmallProduct.padded(tokens);
  }

  /** Floats of a row of a head's values. */
  private int perHead() {
    return SmallProduct.padded(width);
  }

  private float[] perHead(int rows) {
    return new float[rows * perHead()];
  }

  private float[] perRow(int rows) {
    return new float[rows * perRow()];
  }

  /** Does something for each head with the memory of a thread. */
  private interface PerHead<S> {
    void run(long head, S scratch);
  }

  /**
   * A step over all heads.
   *
   * @param products of N x N x d for a head
   */
  private <S> Step step(int products, Supplier<S> newScratch, PerHead<S> body) {
    Scratch<S> threads = new Scratch<>(newScratch);
    long floatsPerHead = (long) products * tokens * tokens * width / LANES;
    return () ->
        Parallel.run(
            batch * heads,
            floatsPerHead,
            (from, to) ->
                threads.use(scratch -> {
                  for (long head = from; head < to; head++) {
                    body.run(head, scratch);
                  }
                }));
  }

  /** Writes y [B, N, h, d] and the logarithms [B, h, N]. */
  Step forward(long y, long logarithms) {
    return step(2, ForwardScratch::new, (head, s) -> forward(head, y, logarithms, s));
  }

  /** Memory of one thread. */
  private final class ForwardScratch {
    final float[] queries = perHead(QUERIES);
    final float[] keysTurned = perRow(width);
    final float[] values = perHead(tokens);
    final float[] scores = perRow(QUERIES);
    final float[] mixed = perHead(QUERIES);
    final float[] lanes = new float[LANES];
  }

  private void forward(long head, long y, long logarithms, ForwardScratch s) {
    SmallProduct.layOutTransposed(part(qkv, head, 1, 0), perToken(), width, tokens, s.keysTurned);
    SmallProduct.layOut(part(qkv, head, 2, 0), perToken(), tokens, width, s.values);
    for (int first = 0; first < tokens; first += QUERIES) {
      int count = Math.min(QUERIES, tokens - first);
      SmallProduct.layOut(part(qkv, head, 0, first), perToken(), count, width, s.queries);
      SmallProduct.multiply(
          s.queries, perHead(), false, s.keysTurned, s.scores, perRow(), count, width);
      for (int i = 0; i < count; i++) {
        int row = i * perRow();
        float max = scale * max(s.scores, row, tokens);
        exponentials(s.scores, row, tokens, scale, max);
        double sum = sum(s.scores, row, tokens, s.lanes);
        multiply(s.scores, row, tokens, (float) (1 / sum));
        Floats.set(logarithms + (head * tokens + first + i) * BYTES, (float) (max + Math.log(sum)));
      }
      SmallProduct.multiply(s.scores, perRow(), false, s.values, s.mixed, perHead(), count, tokens);
      SmallProduct.store(s.mixed, count, width, joined(y, head, first), (long) heads * width);
    }
  }

  /** The largest value of a row. */
  private static float max(float[] rows, int row, int n) {
    float largest = Float.NEGATIVE_INFINITY;
    int whole = SPECIES.loopBound(n);
    if (whole > 0) {
      FloatVector vector = Rows.load(rows, row);
      for (int i = LANES; i < whole; i += LANES) {
        vector = vector.max(Rows.load(rows, row + i));
      }
      // A maximum is the same in any order.
      largest = vector.reduceLanes(VectorOperators.MAX);
    }
    for (int i = whole; i < n; i++) {
      largest = Math.max(largest, rows[row + i]);
    }
    return largest;
  }

  /** {@code e^(scale x - shift)} in place, with zeros in what pads the row. */
  private static void exponentials(float[] rows, int row, int n, float scale, float shift) {
    for (int i = 0; i < n; i += LANES) {
      Functions.exp(Rows.load(rows, row + i).mul(scale).sub(shift)).intoArray(rows, row + i);
    }
    for (int i = n; i < SmallProduct.padded(n); i++) {
      rows[row + i] = 0;
    }
  }

  /** The sum of a row whose padding is zero. */
  private static double sum(float[] rows, int row, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      sum = sum.add(Rows.load(rows, row + i));
    }
    return Rows.total(sum, lanes);
  }

  private static void multiply(float[] rows, int row, int n, float factor) {
    for (int i = 0; i < n; i += LANES) {
      Rows.load(rows, row + i).mul(factor).intoArray(rows, row + i);
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
    return step(
        5,
        BackwardScratch::new,
        (head, s) -> backward(head, upstream, y, logarithms, gradients, s));
  }

  /** Memory of one thread. */
  private final class BackwardScratch {
    final float[] queries = perHead(QUERIES);
    final float[] keys = perHead(tokens);
    final float[] keysTurned = perRow(width);
    final float[] valuesTurned = perRow(width);
    final float[] upstream = perHead(QUERIES);
    final float[] mixed = perHead(QUERIES);
    final float[] weights = perRow(QUERIES);
    final float[] byScores = perRow(QUERIES);
    final float[] byQueries = perHead(QUERIES);
    final float[] byKeys = perHead(tokens);
    final float[] byValues = perHead(tokens);
    final float[] lanes = new float[LANES];
  }

  /**
   * With p the weights and g the upstream gradient: {@code dv = p' g}, {@code ds = p (g v' - sum(g
   * y)) scale}, {@code dq = ds k}, {@code dk = ds' q}.
   */
  private void backward(
      long head, long upstream, long y, long logarithms, long gradients, BackwardScratch s) {
    long perY = (long) heads * width;
    SmallProduct.layOutTransposed(part(qkv, head, 1, 0), perToken(), width, tokens, s.keysTurned);
    SmallProduct.layOutTransposed(part(qkv, head, 2, 0), perToken(), width, tokens, s.valuesTurned);
    SmallProduct.layOut(part(qkv, head, 1, 0), perToken(), tokens, width, s.keys);
    Arrays.fill(s.byKeys, 0);
    Arrays.fill(s.byValues, 0);
    for (int first = 0; first < tokens; first += QUERIES) {
      int count = Math.min(QUERIES, tokens - first);
      SmallProduct.layOut(part(qkv, head, 0, first), perToken(), count, width, s.queries);
      SmallProduct.layOut(joined(upstream, head, first), perY, count, width, s.upstream);
      SmallProduct.layOut(joined(y, head, first), perY, count, width, s.mixed);
      SmallProduct.multiply(
          s.queries, perHead(), false, s.keysTurned, s.weights, perRow(), count, width);
      SmallProduct.multiply(
          s.upstream, perHead(), false, s.valuesTurned, s.byScores, perRow(), count, width);
      for (int i = 0; i < count; i++) {
        int row = i * perRow();
        float logarithm = Floats.get(logarithms + (head * tokens + first + i) * BYTES);
        exponentials(s.weights, row, tokens, scale, logarithm);
        double dot = dot(s.upstream, s.mixed, i * perHead(), width, s.lanes);
        byScores(s.weights, s.byScores, row, tokens, (float) dot, scale);
      }
      SmallProduct.accumulate(
          s.weights, perRow(), true, s.upstream, s.byValues, perHead(), tokens, count);
      SmallProduct.accumulate(
          s.byScores, perRow(), true, s.queries, s.byKeys, perHead(), tokens, count);
      SmallProduct.multiply(
          s.byScores, perRow(), false, s.keys, s.byQueries, perHead(), count, tokens);
      SmallProduct.store(s.byQueries, count, width, part(gradients, head, 0, first), perToken());
    }
    SmallProduct.store(s.byKeys, tokens, width, part(gradients, head, 1, 0), perToken());
    SmallProduct.store(s.byValues, tokens, width, part(gradients, head, 2, 0), perToken());
  }

  /** The product of two rows whose padding is zero. */
  private static double dot(float[] x, float[] y, int row, int n, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      sum = sum.add(Rows.load(x, row + i).mul(Rows.load(y, row + i)));
    }
    return Rows.total(sum, lanes);
  }

  /** {@code byScores = weights * (byScores - dot) * scale}; the padding's weights are zero. */
  private static void byScores(
      float[] weights, float[] byScores, int row, int n, float dot, float scale) {
    for (int i = 0; i < n; i += LANES) {
      Rows.load(byScores, row + i)
          .sub(dot)
          .mul(Rows.load(weights, row + i))
          .mul(scale)
          .intoArray(byScores, row + i);
    }
  }
}
