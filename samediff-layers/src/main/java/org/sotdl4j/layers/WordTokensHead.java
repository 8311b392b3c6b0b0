package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Logits from the pooled tokens alone, [B, N, C] to [B, K]; all tokens are pooled, so a sequence
 * must come without its class token. Official file: {@code sot_src/model/classifier.py}, {@code
 * OnlyVisualTokensClassifier}.
 *
 * <p>State: {@code representation} (or what the pooling says), {@code visual_fc}.
 *
 * @param pooling how the tokens are pooled
 */
public record WordTokensHead(TokenPooling pooling) implements ClassificationHead {

  @Override
  public List<SDVariable> logits(Scope scope, TokenSequence x, int classes) {
    SDVariable pooled = pooling.inHead(scope, x);
    return List.of(scope.call("visual_fc", new Linear(pooling.out(), classes), pooled));
  }
}
