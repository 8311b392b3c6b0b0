package org.sotdl4j.layers;

import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

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

  /**
   * Binary cross entropy with logits, the mean over batch and classes: {@code max(z, 0) - z t +
   * log(1 + exp(-|z|))} (timm's {@code BinaryCrossEntropy}; smoothing and thresholds are a matter
   * of the targets).
   *
   * @param logits z, [B, K]
   * @param targets t, [B, K], each from 0 to 1
   * @return a scalar
   */
  public static SDVariable binaryCrossEntropy(Scope scope, SDVariable logits, SDVariable targets) {
    SameDiff sd = scope.sd();
    SDVariable rest = sd.math.log(sd.math.exp(sd.math.abs(logits).neg()).add(1));
    return sd.nn.relu(logits, 0).sub(logits.mul(targets)).add(rest).mean();
  }

  /**
   * The mean squared distance, of answers that are numbers.
   *
   * @param answers [B, K]
   * @param targets [B, K]
   * @return a scalar
   */
  public static SDVariable squaredDistance(Scope scope, SDVariable answers, SDVariable targets) {
    SDVariable distance = answers.sub(targets);
    return distance.mul(distance).mean();
  }

  /**
   * Soft distillation (Hinton et al., 2015; DeiT's losses.py): the Kullback-Leibler divergence of
   * the student's probabilities from the teacher's, both at a temperature, summed, times the
   * temperature's square, divided by the number of logits.
   *
   * @param student logits [B, K]
   * @param teacher logits [B, K]
   * @param temperature above 0
   * @return a scalar
   */
  public static SDVariable softDistillation(
      Scope scope, SDVariable student, SDVariable teacher, double temperature) {
    SameDiff sd = scope.sd();
    SDVariable s = sd.nn.logSoftmax(student.mul(1 / temperature));
    SDVariable t = sd.nn.logSoftmax(teacher.mul(1 / temperature));
    return sd.math.exp(t).mul(t.sub(s)).mean().mul(temperature * temperature);
  }

  /** The mean of the heads' losses, for models that train several heads. */
  public static SDVariable mean(List<SDVariable> heads, UnaryOperator<SDVariable> loss) {
    SDVariable sum = loss.apply(heads.getFirst());
    for (SDVariable head : heads.subList(1, heads.size())) {
      sum = sum.add(loss.apply(head));
    }
    return heads.size() == 1 ? sum : sum.mul(1.0 / heads.size());
  }
}
