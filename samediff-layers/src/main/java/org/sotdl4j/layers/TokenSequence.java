package org.sotdl4j.layers;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Tokens and which of them count.
 *
 * @param tokens [B, N, C]
 * @param mask [B, N], 1 for tokens and 0 for padding; empty where all count
 */
public record TokenSequence(SDVariable tokens, Optional<SDVariable> mask) {

  /** Tokens that all count. */
  public static TokenSequence of(SDVariable tokens) {
    return new TokenSequence(tokens, Optional.empty());
  }

  /** The tokens from {@code begin} on. */
  public TokenSequence from(Scope scope, int begin) {
    return new TokenSequence(
        Tokens.from(scope, tokens, begin),
        mask.map(m -> Tokens.range(scope, m, 1, begin, scope.shape(m)[1])));
  }

  /**
   * With the last token that counts of each sample in front, [B, 1 + N, C]: the class token of a
   * model whose tokens see only what is before them.
   *
   * @param mask [B, N], 1 for tokens and, after them, 0 for padding
   */
  public TokenSequence withLastInFront(Scope scope, SDVariable mask) {
    long n = scope.shape(tokens)[1];
    // A token is the last one where those from it on that count are one.
    SDVariable left = scope.sd().cumsum(mask, false, true, 1);
    SDVariable isLast = left.eq(1).castTo(scope.dataType()).mul(mask).reshape(-1, n, 1);
    SDVariable last = tokens.mul(isLast).sum(true, 1); // [B, 1, C]
    return new TokenSequence(
        scope.sd().concat(1, last, tokens),
        this.mask.map(m -> scope.sd().concat(1, Tokens.range(scope, m, 1, 0, 1), m)));
  }
}
