package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.Tokens;

/** The linear heads of DeiT and PiT: the class token's and, distilled, the distillation token's. */
final class TokenHeads {

  private TokenHeads() {}

  static List<String> names(boolean distilled) {
    return distilled ? List.of("head", "head_dist") : List.of("head");
  }

  /**
   * The logits of the first tokens, each by its own head.
   *
   * @param features [B, N, C]
   * @param names of the heads, in the order of the tokens
   * @param classes K
   * @return [B, K] of each head
   */
  static List<SDVariable> logits(
      Scope scope, SDVariable features, List<String> names, int classes) {
    Linear head = new Linear((int) scope.shape(features)[2], classes);
    List<SDVariable> logits = new ArrayList<>();
    for (String name : names) {
      logits.add(scope.call(name, head, Tokens.at(scope, features, logits.size())));
    }
    return logits;
  }
}
