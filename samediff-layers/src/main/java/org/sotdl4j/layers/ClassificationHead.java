package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** A head of SoT's family, before the number of classes is known. */
public sealed interface ClassificationHead permits Classifier, ClassTokenHead, WordTokensHead {

  /**
   * Writes the head.
   *
   * @param x the tokens
   * @param classes K
   * @return the logits [B, K], of each head that is trained
   */
  List<SDVariable> logits(Scope scope, TokenSequence x, int classes);

  /** Writes the head on tokens [B, N, C] that all count. */
  default List<SDVariable> logits(Scope scope, SDVariable x, int classes) {
    return logits(scope, TokenSequence.of(x), classes);
  }
}
