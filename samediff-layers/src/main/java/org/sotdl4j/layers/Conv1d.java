package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A fully connected layer whose weight is stored the other way round: [B, N, in] to [B, N, out].
 * Official file: Hugging Face's {@code pytorch_utils.py}, {@code Conv1D}, of GPT.
 *
 * <p>State: {@code weight} [in, out], {@code bias} [out].
 *
 * @param in width of the input
 * @param out width of the output
 */
public record Conv1d(int in, int out) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    long tokens = scope.shape(x)[1];
    SDVariable weight = scope.parameter("weight", Initializer.normal(0.02), in, out);
    SDVariable y = scope.sd().mmul(x.reshape(-1, in), weight);
    return y.add(scope.parameter("bias", Initializer.ZEROS, out)).reshape(-1, tokens, out);
  }
}
