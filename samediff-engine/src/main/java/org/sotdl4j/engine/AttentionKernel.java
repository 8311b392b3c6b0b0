package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.Arrays;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention of one head after the other, some queries at a time, so that all that is worked on
 * stays in the second-level cache. The scores lie transposed, a row for each key: a vector holds
 * neighbouring queries, and softmax needs no sums across its lanes.
 *
 * @param qkv address of the projections, [B, N, 3, h, d]
 * @param batch B
 * @param tokens N
 * @param heads h
 * @param width d
 * @param scale the factor on the scores
 * @param firstQuery the first token that asks
 * @param queries Q
 */
record AttentionKernel(
    long qkv,
    long batch,
    int tokens,
    int heads,
    int width,
    float scale,
    int firstQuery,
    int queries) {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

  /** Queries at a time: a panel of the widest product. */
  private static final int QUERIES = 64;

  /** Weights that are added up in float. */
  private static final int BLOCK = 128;

  /** Scores are powers of 2. */
  private static final float LOG2_E = (float) (1 / Math.log(2));

  static AttentionKernel of(INDArray qkv, Attention attention) {
    return new AttentionKernel(
        Floats.address(qkv),
        qkv.size(0),
        Math.toIntExact(qkv.size(1)),
        attention.heads(),
        Math.toIntExact(qkv.size(2) / 3 / attention.heads()),
        (float) attention.scale(),
        attention.first(),
        attention.queries());
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

  /** The address of a query. */
  private long query(long array, long head, int query) {
    return part(array, head, 0, firstQuery + query);
  }

  /** The same for a query in an array of [B, Q, h, d]. */
  private long joined(long array, long head, int query) {
    return array + ((head / heads * queries + query) * heads + head % heads) * width * BYTES;
  }

  /** The address of a head's number of a kind (0 or 1) for a query, in [B, h, 2, Q]. */
  private long statistic(long array, long head, int kind, int query) {
    return array + ((2 * head + kind) * queries + query) * BYTES;
  }

  /** Floats of a row of a head's values. */
  private int perHead() {
    return SmallProduct.padded(width);
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
    long floatsPerHead = (long) products * tokens * queries * width / LANES;
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

  /**
   * Writes y [B, Q, h, d] and, of each query, the largest score (in powers of 2) and one through
   * the sum of the powers, [B, h, 2, Q].
   */
  Step forward(long y, long statistics) {
    return step(2, ForwardScratch::new, (head, s) -> forward(head, y, statistics, s));
  }

  /** Memory of one thread. */
  private final class ForwardScratch {
    final float[] queriesTurned = new float[width * QUERIES];
    final float[] keys = new float[tokens * perHead()];
    final float[] values = new float[tokens * perHead()];
    final float[] weights = new float[tokens * QUERIES];
    final float[] mixed = new float[QUERIES * perHead()];
    final float[] largest = new float[QUERIES];
    final float[] reciprocals = new float[QUERIES];
    final float[] ones = new float[QUERIES];

    ForwardScratch() {
      Arrays.fill(ones, 1);
    }
  }

  private void forward(long head, long y, long statistics, ForwardScratch s) {
    SmallProduct.layOut(part(qkv, head, 1, 0), perToken(), tokens, width, s.keys);
    SmallProduct.layOutPanels(part(qkv, head, 2, 0), perToken(), tokens, width, s.values, 0);
    for (int first = 0; first < queries; first += QUERIES) {
      int count = Math.min(QUERIES, queries - first);
      int stride = SmallProduct.padded(count);
      scores(head, first, count, s.queriesTurned, s.keys, s.weights);
      for (int column = 0; column < stride; column += LANES) {
        largest(s.weights, column, stride, tokens, s.largest);
        powers(s.weights, column, stride, tokens, s.largest, s.ones);
        reciprocals(s.weights, column, stride, tokens, s.reciprocals);
      }
      SmallProduct.multiply(s.weights, stride, true, s.values, s.mixed, perHead(), count, tokens);
      for (int i = 0; i < count; i++) {
        multiply(s.mixed, i * perHead(), perHead(), s.reciprocals[i]);
      }
      SmallProduct.store(s.mixed, count, width, joined(y, head, first), (long) heads * width);
      SmallProduct.store(s.largest, 1, count, statistic(statistics, head, 0, first), 0);
      SmallProduct.store(s.reciprocals, 1, count, statistic(statistics, head, 1, first), 0);
    }
  }

  /** The products of all keys with some queries, as powers of 2. */
  private void scores(
      long head, int first, int count, float[] queriesTurned, float[] keys, float[] scores) {
    SmallProduct.layOutTransposed(
        query(qkv, head, first), perToken(), width, count, scale * LOG2_E, queriesTurned, 0);
    int stride = SmallProduct.padded(count);
    SmallProduct.multiply(keys, perHead(), false, queriesTurned, scores, stride, tokens, width);
  }

  /** The largest values of neighbouring columns. */
  private static void largest(float[] scores, int column, int stride, int n, float[] largest) {
    if (Rows.SCALAR) {
      AttentionTwins.largest(scores, column, stride, n, largest);
      return;
    }
    // Four at a time, none of which waits for another.
    FloatVector first = Rows.load(scores, column);
    FloatVector second = first;
    FloatVector third = first;
    FloatVector fourth = first;
    int i = 0;
    for (; i < n - 3; i += 4) {
      int at = column + i * stride;
      first = larger(first, Rows.load(scores, at));
      second = larger(second, Rows.load(scores, at + stride));
      third = larger(third, Rows.load(scores, at + 2 * stride));
      fourth = larger(fourth, Rows.load(scores, at + 3 * stride));
    }
    for (; i < n; i++) {
      first = larger(first, Rows.load(scores, column + i * stride));
    }
    larger(larger(first, second), larger(third, fourth)).intoArray(largest, column);
  }

  private static FloatVector larger(FloatVector x, FloatVector y) {
    return x.blend(y, y.compare(VectorOperators.GT, x));
  }

  /** {@code 2^(score - shift) * factor} in place, for neighbouring columns. */
  private static void powers(
      float[] scores, int column, int stride, int n, float[] shifts, float[] factors) {
    if (Rows.SCALAR) {
      AttentionTwins.powers(scores, column, stride, n, shifts, factors);
      return;
    }
    FloatVector shift = Rows.load(shifts, column);
    FloatVector factor = Rows.load(factors, column);
    for (int i = 0; i < n; i++) {
      int at = column + i * stride;
      Functions.powerOfTwo(Rows.load(scores, at).sub(shift)).mul(factor).intoArray(scores, at);
    }
  }

  /** One through the sums of neighbouring columns. */
  private static void reciprocals(
      float[] weights, int column, int stride, int n, float[] reciprocals) {
    if (Rows.SCALAR) {
      AttentionTwins.reciprocals(weights, column, stride, n, reciprocals);
      return;
    }
    FloatVector total = FloatVector.zero(SPECIES);
    for (int first = 0; first < n; first += BLOCK) {
      FloatVector even = FloatVector.zero(SPECIES);
      FloatVector odd = FloatVector.zero(SPECIES);
      int end = Math.min(n, first + BLOCK);
      int i = first;
      for (; i < end - 1; i += 2) {
        even = even.add(Rows.load(weights, column + i * stride));
        odd = odd.add(Rows.load(weights, column + (i + 1) * stride));
      }
      if (i < end) {
        even = even.add(Rows.load(weights, column + i * stride));
      }
      total = total.add(even).add(odd);
    }
    FloatVector.broadcast(SPECIES, 1).div(total).intoArray(reciprocals, column);
  }

  private static void multiply(float[] row, int from, int n, float factor) {
    int whole = Rows.whole(n);
    for (int i = from; i < from + whole; i += LANES) {
      Rows.load(row, i).mul(factor).intoArray(row, i);
    }
    for (int i = from + whole; i < from + n; i++) {
      row[i] *= factor;
    }
  }

  /**
   * Writes the gradients [B, N, 3, h, d] by the projections.
   *
   * @param upstream [B, Q, h, d]
   * @param statistics what {@link #forward} wrote
   */
  Step backward(long upstream, long statistics, long gradients) {
    return step(
        5, BackwardScratch::new, (head, s) -> backward(head, upstream, statistics, gradients, s));
  }

  /** Memory of one thread. */
  private final class BackwardScratch {
    final float[] queries = new float[QUERIES * perHead()];
    final float[] queriesTurned = new float[width * QUERIES];
    final float[] upstream = new float[QUERIES * perHead()];
    final float[] upstreamTurned = new float[width * QUERIES];
    final float[] keys = new float[tokens * perHead()];
    final float[] keyPanels = new float[tokens * perHead()];
    final float[] values = new float[tokens * perHead()];
    final float[] weights = new float[tokens * QUERIES];
    final float[] byScores = new float[tokens * QUERIES];
    final float[] byQueries = new float[QUERIES * perHead()];
    final float[] byKeys = new float[tokens * perHead()];
    final float[] byValues = new float[tokens * perHead()];
    final float[] largest = new float[QUERIES];
    final float[] reciprocals = new float[QUERIES];
  }

  /**
   * With p the weights, g the upstream gradient and sums over the keys: {@code dv = p' g}, {@code
   * ds = p (g v' - sum(p g v')) scale}, {@code dq = ds k}, {@code dk = ds' q}.
   */
  private void backward(
      long head, long upstream, long statistics, long gradients, BackwardScratch s) {
    long perY = (long) heads * width;
    SmallProduct.layOut(part(qkv, head, 1, 0), perToken(), tokens, width, s.keys);
    SmallProduct.layOutPanels(part(qkv, head, 1, 0), perToken(), tokens, width, s.keyPanels, 0);
    SmallProduct.layOut(part(qkv, head, 2, 0), perToken(), tokens, width, s.values);
    Arrays.fill(s.byKeys, 0);
    Arrays.fill(s.byValues, 0);
    for (int token = 0; queries < tokens && token < tokens; token++) { // most do not ask
      MEMORY.asSlice(part(gradients, head, 0, token), width * BYTES).fill((byte) 0);
    }
    for (int first = 0; first < queries; first += QUERIES) {
      int count = Math.min(QUERIES, queries - first);
      int stride = SmallProduct.padded(count);
      long g = joined(upstream, head, first);
      scores(head, first, count, s.queriesTurned, s.keys, s.weights);
      SmallProduct.layOutTransposed(g, perY, width, count, 1, s.upstreamTurned, 0);
      SmallProduct.multiply(
          s.values, perHead(), false, s.upstreamTurned, s.byScores, stride, tokens, width);
      SmallProduct.layOut(statistic(statistics, head, 0, first), 0, 1, count, s.largest);
      SmallProduct.layOut(statistic(statistics, head, 1, first), 0, 1, count, s.reciprocals);
      for (int column = 0; column < stride; column += LANES) {
        powers(s.weights, column, stride, tokens, s.largest, s.reciprocals);
        byScores(s.weights, s.byScores, column, stride, tokens, scale);
      }
      SmallProduct.layOutPanels(g, perY, count, width, s.upstream, 0);
      SmallProduct.accumulate(
          s.weights, stride, false, s.upstream, s.byValues, perHead(), tokens, count);
      SmallProduct.layOutPanels(query(qkv, head, first), perToken(), count, width, s.queries, 0);
      SmallProduct.accumulate(
          s.byScores, stride, false, s.queries, s.byKeys, perHead(), tokens, count);
      SmallProduct.multiply(
          s.byScores, stride, true, s.keyPanels, s.byQueries, perHead(), count, tokens);
      SmallProduct.store(s.byQueries, count, width, query(gradients, head, first), perToken());
    }
    SmallProduct.store(s.byKeys, tokens, width, part(gradients, head, 1, 0), perToken());
    SmallProduct.store(s.byValues, tokens, width, part(gradients, head, 2, 0), perToken());
  }

  /** {@code byScores = weights * (byScores - sum(weights * byScores)) * scale}. */
  private static void byScores(
      float[] weights, float[] byScores, int column, int stride, int n, float scale) {
    if (Rows.SCALAR) {
      AttentionTwins.byScores(weights, byScores, column, stride, n, scale);
      return;
    }
    FloatVector total = FloatVector.zero(SPECIES);
    for (int first = 0; first < n; first += BLOCK) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = first; i < Math.min(n, first + BLOCK); i++) {
        int at = column + i * stride;
        sum = Rows.load(weights, at).fma(Rows.load(byScores, at), sum);
      }
      total = total.add(sum);
    }
    for (int i = 0; i < n; i++) {
      int at = column + i * stride;
      Rows.load(byScores, at)
          .sub(total)
          .mul(Rows.load(weights, at))
          .mul(scale)
          .intoArray(byScores, at);
    }
  }
}
