package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** A head of SoT's family, before the number of classes is known. */
public sealed interface ClassificationHead permits Classifier, ClassTokenHead, WordTokensHead {

  /**
   * Writes the head.
   *
   * @param x the tokens, [B, N, C]
   * @param classes K
   * @return the logits [B, K], of each head that is trained
   */
  List<SDVariable> logits(Scope scope, SDVariable x, int classes);
}
