package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;

/**
 * Looks up rows of a learned table by their numbers: whole numbers [B, N] to [B, N, C] (PyTorch's
 * {@code Embedding}).
 *
 * <p>Written as the product of one-hot rows with the table, because the gradient of ND4J's {@code
 * gather} is wrong; the compiled engine looks rows up instead. State: {@code weight} [rows, C].
 *
 * @param rows of the table; larger numbers give zeros
 * @param width C
 * @param padding the number whose row is looked up but not learned; -1 for none
 */
public record Embedding(int rows, int width, int padding) implements Layer {

  private static final Initializer START = Initializer.normal(0.02);

  @Override
  public SDVariable apply(Scope scope, SDVariable numbers) {
    long tokens = scope.shape(numbers)[1];
    SDVariable oneHot = scope.sd().oneHot(numbers, rows).reshape(-1, rows); // FLOAT at any rate
    if (scope.dataType() != DataType.FLOAT) {
      oneHot = oneHot.castTo(scope.dataType());
    }
    SDVariable y = scope.sd().mmul(oneHot, table(scope)).reshape(-1, tokens, width);
    if (padding < 0) {
      return y;
    }
    SDVariable learned = Masks.isNot(scope, numbers, padding).reshape(-1, tokens, 1);
    SDVariable fixed = new StopGradient(scope.sd(), y).outputVariable().mul(learned.rsub(1));
    return y.mul(learned).add(fixed);
  }

  /** The first rows of the table, for each sample: [1, n, C]. */
  SDVariable first(Scope scope, long n) {
    return Tokens.range(scope, table(scope), 0, 0, n).reshape(1, n, width);
  }

  private SDVariable table(Scope scope) {
    return scope.parameter("weight", START, rows, width);
  }
}
