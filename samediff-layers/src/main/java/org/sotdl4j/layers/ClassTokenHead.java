package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Logits from the class token alone, [B, 1 + N, C] to [B, K]: the {@code None} and {@code fc}
 * options of SoT's classifier.
 *
 * <p>State: {@code cls_fc}, and {@code dim} where there is a hidden layer.
 *
 * @param dim C
 * @param hidden width of a linear layer before the last (the official {@code fc} has 1280), 0 for
 *     none
 */
public record ClassTokenHead(int dim, int hidden) implements ClassificationHead {

  @Override
  public List<SDVariable> logits(Scope scope, TokenSequence x, int classes) {
    SDVariable token = Tokens.at(scope, x.tokens(), 0);
    if (hidden == 0) {
      return List.of(scope.call("cls_fc", new Linear(dim, classes), token));
    }
    SDVariable y = scope.call("dim", new Linear(dim, hidden), token);
    return List.of(scope.call("cls_fc", new Linear(hidden, classes), y));
  }
}
