package org.sotdl4j.layers;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Rearrangements between maps and sequences of tokens. */
public final class Tokens {

  private Tokens() {}

  /** A map [B, C, H, W] as tokens [B, H W, C], row by row. */
  public static SDVariable of(Scope scope, SDVariable map) {
    long[] shape = scope.shape(map);
    return map.reshape(-1, shape[1], shape[2] * shape[3]).permute(0, 2, 1);
  }

  /** Tokens [B, H W, C], row by row, as a map [B, C, H, W]. */
  static SDVariable toMap(Scope scope, SDVariable x, long height, long width) {
    return x.permute(0, 2, 1).reshape(-1, scope.shape(x)[2], height, width);
  }

  /**
   * Puts learned tokens in front: [B, N, C] to [B, N + n, C].
   *
   * @param first n tokens, each [1, 1, C]
   */
  public static SDVariable prepend(Scope scope, SDVariable x, SDVariable... first) {
    // The batch is open, so the tokens cannot be repeated: zeros go in front and the tokens are
    // added to them.
    SDVariable front = first.length == 1 ? first[0] : scope.sd().concat(1, first);
    long n = scope.shape(x)[1];
    return pad(scope, x, first.length, 0).add(pad(scope, front, 0, n));
  }

  /** Learned tokens [1, n, C] for each sample of a sequence [B, N, C]: [B, n, C]. */
  public static SDVariable forEach(Scope scope, SDVariable x, SDVariable tokens) {
    // The batch is open, so the tokens cannot be repeated: they are added to a zero per sample.
    return scope.sd().zerosLike(range(scope, x, 0, 1)).add(tokens);
  }

  /**
   * Splits projections that lie side by side, [B, N, parts h d] laid out [parts][h][d], into {@code
   * parts} tensors [B, h, N, d].
   */
  static SDVariable[] perHead(Scope scope, SDVariable x, int parts, int heads) {
    long[] shape = scope.shape(x);
    SDVariable split =
        x.reshape(-1, shape[1], parts, heads, shape[2] / parts / heads)
            .permute(2, 0, 3, 1, 4); // [parts, B, h, N, d]
    return scope.sd().unstack(split, 0, parts);
  }

  /** Token {@code index} of [B, N, C]: [B, C]. */
  public static SDVariable at(Scope scope, SDVariable x, int index) {
    long width = scope.shape(x)[2];
    return range(scope, x, index, index + 1).reshape(-1, width);
  }

  /** Tokens from {@code begin} on of [B, N, C]: [B, N - begin, C]. */
  public static SDVariable from(Scope scope, SDVariable x, int begin) {
    return range(scope, x, begin, scope.shape(x)[1]);
  }

  /** The tokens before {@code end} of [B, N, C]: [B, end, C]. */
  public static SDVariable before(Scope scope, SDVariable x, int end) {
    return range(scope, x, 0, end);
  }

  private static SDVariable range(Scope scope, SDVariable x, long begin, long end) {
    return range(scope, x, 1, begin, end);
  }

  /** The indices from {@code begin} to before {@code end} of an axis. */
  static SDVariable range(Scope scope, SDVariable x, int axis, long begin, long end) {
    int rank = scope.shape(x).length;
    long[] from = new long[rank];
    long[] to = new long[rank];
    long[] strides = new long[rank];
    Arrays.fill(strides, 1);
    from[axis] = begin;
    to[axis] = end;
    int others = ((1 << rank) - 1) & ~(1 << axis); // the masks' bits leave an axis whole
    return scope.sd().stridedSlice(x, from, to, strides, others, others, 0, 0, 0);
  }

  private static SDVariable pad(Scope scope, SDVariable x, long before, long after) {
    var widths =
        Nd4j.createFromArray(new long[][] {{0, 0}, {before, after}, {0, 0}}).castTo(DataType.INT64);
    return scope.sd().nn.pad(x, scope.sd().constant(widths), 0);
  }
}
