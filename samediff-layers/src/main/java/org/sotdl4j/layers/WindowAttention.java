package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Self-attention inside windows, with {@link RelativePositions} added to the scores ("Swin
 * Transformer", Liu et al., 2021, equation 4). [B n, H W, C] to the same, n windows a sample.
 *
 * <p>State: that of {@link MultiHeadAttention}, {@code relative_position_bias_table}, {@code
 * relative_position_index}.
 *
 * @param attention the attention, without dropout, because masks are drawn a sample and not a
 *     window
 * @param height H of the window
 * @param width W of the window
 */
public record WindowAttention(MultiHeadAttention attention, int height, int width)
    implements Layer {

  public WindowAttention {
    if (attention.drop() > 0 || attention.attentionDrop() > 0) {
      throw new IllegalArgumentException("The attention inside windows has no dropout");
    }
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable bias = bias(scope);
    return attention.apply(scope, x, scores -> scores.add(bias));
  }

  /**
   * The same with a mask on the scores.
   *
   * @param mask [n, H W, H W], added to the scores of all heads
   */
  public SDVariable masked(Scope scope, SDVariable x, SDVariable mask) {
    int h = attention.heads();
    long tokens = (long) height * width;
    long windows = scope.shape(mask)[0];
    // One addition to the scores instead of two.
    SDVariable both =
        bias(scope)
            .reshape(1, 1, h, tokens, tokens)
            .add(mask.reshape(1, windows, 1, tokens, tokens));
    return attention.apply(
        scope,
        x,
        scores ->
            scores
                .reshape(-1, windows, h, tokens, tokens)
                .add(both)
                .reshape(-1, h, tokens, tokens));
  }

  private SDVariable bias(Scope scope) {
    return new RelativePositions(height, width, attention.heads()).bias(scope);
  }
}
