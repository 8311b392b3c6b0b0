package org.sotdl4j.layers;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Multi-head global cross-covariance pooling (MGCrP): each head projects the tokens twice and pools
 * the cross-covariance of the two, normalised. [B, N, C] to [B, h w^2], the heads' row-major
 * matrices one after the other. Official file: {@code
 * sot_src/representation/multi_head_pooling.py}; SoT, section 3.2.
 *
 * <p>State: {@code wr} (a {@link Linear} to 2 h w laid out [2][h][w]), {@code norm}.
 *
 * @param dim C
 * @param heads h
 * @param wrDim w, the width of a head's projections
 * @param bias whether the projections have a bias
 * @param norm how the matrices [B h, w, w] are normalised
 * @param drop dropout rate on the representation ("regular": 0 Tiny, 0.5 Small, 0.7 Base)
 */
public record MultiHeadPooling(
    int dim, int heads, int wrDim, boolean bias, MatrixNorm norm, double drop)
    implements TokenPooling {

  @Override
  public int out() {
    return heads * wrDim * wrDim;
  }

  @Override
  public SDVariable apply(Scope scope, TokenSequence x) {
    long tokens = scope.shape(x.tokens())[1];
    SDVariable projected = scope.call("wr", new Linear(dim, 2 * heads * wrDim, bias), x.tokens());
    SDVariable[] pair = Tokens.perHead(scope, projected, 2, heads); // 2 times [B, h, N, w]
    SDVariable q = pair[0].reshape(-1, tokens, wrDim); // [B h, N, w]
    SDVariable k = pair[1].reshape(-1, tokens, wrDim);
    Optional<SDVariable> mask = x.mask().map(m -> perHead(scope, m, tokens)); // [B h, N]
    SDVariable matrices =
        new Covariance(Covariance.Centering.OVERALL)
            .cross(scope, new TokenSequence(q, mask), k); // [B h, w, w]
    SDVariable y = scope.call("norm", norm, matrices).reshape(-1, out());
    return scope.call("regular", new Dropout(drop), y);
  }

  private SDVariable perHead(Scope scope, SDVariable mask, long tokens) {
    SDVariable ones = scope.constant(Nd4j.ones(1, heads, 1));
    return mask.reshape(-1, 1, tokens).mul(ones).reshape(-1, tokens);
  }
}
