package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A fully connected layer over the last axis: {@code y = x W^T + b}. [B, in] to [B, out], or [B, N,
 * in] to [B, N, out].
 *
 * <p>State: {@code weight} [out, in], {@code bias} [out]; initialised as the vision transformers do
 * it (truncated normal with deviation 0.02, bias zero).
 *
 * @param in width of the input
 * @param out width of the output
 * @param bias whether b exists
 */
public record Linear(int in, int out, boolean bias) implements Layer {

  private static final Initializer WEIGHT = Initializer.truncatedNormal(0.02);

  public Linear(int in, int out) {
    this(in, out, true);
  }

  /**
   * Makes the parameters without using them, where a checkpoint has them and the output does not
   * depend on them.
   */
  void declare(Scope scope) {
    var _ = weight(scope);
    var _ = bias ? bias(scope) : null;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    boolean matrix = shape.length == 2;
    SDVariable rows = matrix ? x : x.reshape(-1, in);
    SDVariable y = scope.sd().mmul(rows, weight(scope), false, true, false); // [rows, out]
    if (bias) {
      y = y.add(bias(scope));
    }
    if (matrix) {
      return y;
    }
    shape[0] = -1;
    shape[shape.length - 1] = out;
    return y.reshape(shape);
  }

  private SDVariable weight(Scope scope) {
    return scope.parameter("weight", WEIGHT, out, in);
  }

  private SDVariable bias(Scope scope) {
    return scope.parameter("bias", Initializer.ZEROS, out);
  }
}
