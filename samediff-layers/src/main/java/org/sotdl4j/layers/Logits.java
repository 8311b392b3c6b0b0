package org.sotdl4j.layers;

import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A head of SoT's family for a number of classes: tokens [B, N, C] to logits [B, K], the mean where
 * there are several heads.
 *
 * <p>State: the head's.
 *
 * @param head what makes the logits
 * @param classes K
 */
public record Logits(ClassificationHead head, int classes) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return Losses.mean(head.logits(scope, x, classes), UnaryOperator.identity());
  }
}
