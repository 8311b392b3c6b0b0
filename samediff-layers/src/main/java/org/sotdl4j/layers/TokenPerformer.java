package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The performer layer of T2T-ViT's tokens-to-token module, [B, N, in] to [B, N, C]: attention whose
 * cost is linear in N, then a residual MLP. As in {@link TokenAttention} the values are the
 * residual of the attention. "Rethinking attention with performers" (Choromanski et al., 2021),
 * lemma 1: {@code exp(q . k)} is the mean of {@code f(q) f(k)} over random w, {@code f(x) = exp(w .
 * x - |x|^2 / 2)}. Official file: {@code models/token_performer.py}.
 *
 * <p>State: {@code w} [features, C], not learned; {@code norm1}, {@code kqv} (laid out [k|q|v]),
 * {@code proj}, {@code norm2}, {@code mlp.0}, {@code mlp.2}.
 *
 * @param in width of the input
 * @param dim C
 * @param features m, the number of random w
 * @param drop dropout rate after the projection and after the MLP
 */
public record TokenPerformer(int in, int dim, int features, double drop) implements Layer {

  private static final double EPS = 1e-5;

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable y = attention(scope, scope.call("norm1", new LayerNorm(in, EPS), x));
    SDVariable z = scope.call("norm2", new LayerNorm(dim, EPS), y);
    return y.add(
        scope.sequential(
            "mlp", z, new Linear(dim, dim), new Gelu(), new Linear(dim, dim), new Dropout(drop)));
  }

  private SDVariable attention(Scope scope, SDVariable x) {
    SameDiff sd = scope.sd();
    long tokens = scope.shape(x)[1];
    SDVariable projected = scope.call("kqv", new Linear(in, 3 * dim), x);
    SDVariable[] kqv = Tokens.perHead(scope, projected, 3, 1);
    SDVariable v = kqv[2].reshape(-1, tokens, dim); // [B, N, C]
    SDVariable w = scope.frozen("w", Initializer.orthogonal(Math.sqrt(features)), features, dim);
    SDVariable keys = features(scope, kqv[0], w, tokens); // [B, N, m]
    SDVariable queries = features(scope, kqv[1], w, tokens);

    SDVariable context = sd.mmul(keys, v, true, false, false); // [B, m, C]
    SDVariable sums =
        sd.mmul(queries, keys.sum(true, 1), false, true, false); // [B, N, 1], softmax's denominator
    SDVariable y = sd.mmul(queries, context).div(sums.add(1e-8));
    y = scope.call("proj", new Linear(dim, dim), y);
    return v.add(scope.call("dp", new Dropout(drop), y));
  }

  /** The positive random features f(x) / sqrt(m) of each token. */
  private SDVariable features(Scope scope, SDVariable x, SDVariable w, long tokens) {
    SDVariable rows = x.reshape(-1, dim);
    SDVariable halfSquares = rows.mul(rows).sum(true, 1).mul(0.5);
    SDVariable exponents = scope.sd().mmul(rows, w, false, true, false).sub(halfSquares);
    return scope
        .sd()
        .math
        .exp(exponents)
        .mul(1 / Math.sqrt(features))
        .reshape(-1, tokens, features);
  }
}
