package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A fully connected layer over the last axis: {@code y = x W^T + b}. [B, in] to [B, out], or [B, N,
 * in] to [B, N, out].
 *
 * <p>State: {@code weight} [out, in], {@code bias} [out]; a scope says how they begin.
 *
 * @param in width of the input
 * @param out width of the output
 * @param bias whether b exists
 */
public record Linear(int in, int out, boolean bias) implements Layer {

  /** How weights and biases begin. */
  public enum Start {
    /** Truncated normal with deviation 0.02, biases zero: most vision transformers. */
    TRUNCATED_NORMAL,
    /** Both uniform within 1 / sqrt(in): PyTorch's default. */
    UNIFORM;

    private Initializer weight(int in) {
      return this == UNIFORM
          ? Initializer.uniform(1 / Math.sqrt(in))
          : Initializer.truncatedNormal(0.02);
    }

    private Initializer bias(int in) {
      return this == UNIFORM ? weight(in) : Initializer.ZEROS;
    }
  }

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
    return scope.parameter("weight", scope.linearStart().weight(in), out, in);
  }

  private SDVariable bias(Scope scope) {
    return scope.parameter("bias", scope.linearStart().bias(in), out);
  }
}
