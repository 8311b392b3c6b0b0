package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** Which tokens count: 1 for those that do, 0 for padding. */
final class Masks {

  private Masks() {}

  /**
   * What is added to attention scores, so that nothing attends to padding: [B, N] to [B, 1, 1, N],
   * 0 or the lowest number there is.
   */
  static SDVariable onScores(Scope scope, SDVariable mask) {
    double lowest = scope.dataType() == DataType.DOUBLE ? -Double.MAX_VALUE : -Float.MAX_VALUE;
    return mask.rsub(1).mul(lowest).reshape(-1, 1, 1, scope.shape(mask)[1]);
  }

  /** 1 where numbers differ from one, 0 where they are it; the shape is kept. */
  static SDVariable isNot(Scope scope, SDVariable numbers, int one) {
    return numbers.neq(one).castTo(scope.dataType());
  }
}
