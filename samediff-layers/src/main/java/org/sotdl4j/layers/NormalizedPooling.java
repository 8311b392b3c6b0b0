package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * So-ViT's pooling, a representation and its normalisation: [B, N, C] to [B, R]. Official file:
 * {@code src/model/classifier.py} of the older tree.
 *
 * <p>State: {@code representation}, {@code normalization}, of a head too.
 *
 * @param representation of the tokens: matrices, or vectors [B, R]
 * @param normalization of those, to [B, R]
 * @param out R
 */
public record NormalizedPooling(Layer representation, Layer normalization, int out)
    implements TokenPooling {

  /** The tokens' mean. */
  public static NormalizedPooling firstOrder(int dim) {
    return new NormalizedPooling(new GlobalAveragePooling(dim), new NoNorm(), dim);
  }

  /** Normalised covariances. */
  public static NormalizedPooling secondOrder(ReducedCovariance covariance, VectorisedNorm norm) {
    return new NormalizedPooling(
        covariance, norm, norm.out(covariance.rows(), covariance.columns()));
  }

  /**
   * The setting of all released models: cross-covariance [p, q] with svPN.
   *
   * @param dim C
   * @param drop dropout rate on the representation ("regular")
   */
  public static NormalizedPooling standard(int dim, int p, int q, double drop) {
    return secondOrder(
        new ReducedCovariance(dim, List.of(p, q), true),
        new VectorisedNorm(new Transposed(SvPn.standard(p)), false, drop));
  }

  @Override
  public SDVariable apply(Scope scope, TokenSequence x) {
    if (x.mask().isPresent()) {
      throw new IllegalArgumentException("So-ViT's pooling has batch norms, which know no padding");
    }
    SDVariable y = scope.call("representation", representation, x.tokens());
    return scope.call("normalization", normalization, y);
  }

  @Override
  public SDVariable inHead(Scope head, TokenSequence x) {
    return apply(head, x);
  }
}
