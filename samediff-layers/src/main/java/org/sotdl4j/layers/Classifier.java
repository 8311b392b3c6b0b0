package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * SoT's classification head: the class token (token 0) and the pooled word tokens decide together.
 * [B, 1 + N, C] to logits [B, K]. Official file: {@code sot_src/model/classifier.py}; SoT, section
 * 3.1.
 *
 * <p>State: {@code representation} (or what the pooling says), {@code visual_fc}, {@code cls_fc};
 * with {@link Fusion#CONCAT} and {@link Fusion#AGGREGATE_ALL} {@code cls_fc} is part of the state
 * but not used, as in the released code.
 *
 * @param dim C
 * @param pooling how the word tokens are pooled
 * @param fusion how the two meet
 */
public record Classifier(int dim, TokenPooling pooling, Fusion fusion)
    implements ClassificationHead {

  /** With the sum of the logits, as in all released models. */
  public Classifier(int dim, TokenPooling pooling) {
    this(dim, pooling, Fusion.SUM_FC);
  }

  /** How class token and word tokens are combined. */
  public enum Fusion {
    /** The sum of two linear layers' logits. */
    SUM_FC,
    /** One linear layer on both, side by side. */
    CONCAT,
    /** The class token is pooled like a word token. */
    AGGREGATE_ALL,
    /** Two heads, each with its own loss. */
    SUM_LOSS
  }

  /**
   * The logits: one tensor, or for {@link Fusion#SUM_LOSS} those of the class token and those of
   * the word tokens.
   */
  @Override
  public List<SDVariable> logits(Scope scope, TokenSequence x, int classes) {
    boolean classTokenCounts = fusion == Fusion.SUM_FC || fusion == Fusion.SUM_LOSS;
    Linear classHead = new Linear(dim, classes);
    SDVariable classToken = Tokens.at(scope, x.tokens(), 0);
    SDVariable byClassToken = null;
    if (classTokenCounts) {
      byClassToken = scope.call("cls_fc", classHead, classToken);
    } else {
      classHead.declare(scope.child("cls_fc"));
    }
    SDVariable pooled =
        pooling.inHead(scope, fusion == Fusion.AGGREGATE_ALL ? x : x.from(scope, 1));
    if (fusion == Fusion.CONCAT) {
      pooled = scope.sd().concat(1, classToken, pooled);
    }
    int width = pooling.out() + (fusion == Fusion.CONCAT ? dim : 0);
    SDVariable byWords = scope.call("visual_fc", new Linear(width, classes), pooled);
    return switch (fusion) {
      case SUM_FC -> List.of(byWords.add(byClassToken));
      case CONCAT, AGGREGATE_ALL -> List.of(byWords);
      case SUM_LOSS -> List.of(byClassToken, byWords);
    };
  }
}
