package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** Losses for classification. */
public final class Losses {

  private Losses() {}

  /**
   * Cross entropy against soft targets, the mean over the batch: {@code -sum_k t_k log
   * softmax(z)_k}. Label smoothing and mixing are a matter of the targets.
   *
   * @param logits z, [B, K]
   * @param targets t, [B, K], rows sum to 1
   * @return a scalar
   */
  public static SDVariable crossEntropy(Scope scope, SDVariable logits, SDVariable targets) {
    // The last axis is the default; naming it breaks SameDiff's gradient.
    SDVariable perSample = scope.sd().nn.logSoftmax(logits).mul(targets).sum(1);
    return perSample.mean().neg();
  }

  /** The mean of the heads' cross entropies, for models that train several heads. */
  public static SDVariable crossEntropy(Scope scope, List<SDVariable> heads, SDVariable targets) {
    SDVariable sum = crossEntropy(scope, heads.getFirst(), targets);
    for (SDVariable head : heads.subList(1, heads.size())) {
      sum = sum.add(crossEntropy(scope, head, targets));
    }
    return heads.size() == 1 ? sum : sum.mul(1.0 / heads.size());
  }
}
