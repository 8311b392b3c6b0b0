package org.sotdl4j.layers;

/**
 * Between two stages of PiT: a depthwise convolution makes the map smaller and wider, a linear
 * layer makes the tokens as wide. [B, in, H, W] and [B, n, in] to [B, out, H', W'] and [B, n, out]
 * with {@code H' = (H + 2 (stride / 2) - stride - 1) / stride + 1}. Official file: {@code pit.py},
 * {@code conv_head_pooling}; Heo et al., 2021.
 *
 * <p>State: {@code conv}, {@code fc}.
 *
 * @param out a multiple of {@code in}
 */
public record ConvHeadPooling(int in, int out, int stride) implements MapAndTokens.Layer {

  public ConvHeadPooling {
    if (out % in != 0) {
      throw new IllegalArgumentException(
          "Pooling makes each of %d channels into several, so it cannot make %d"
              .formatted(in, out));
    }
  }

  @Override
  public MapAndTokens apply(Scope scope, MapAndTokens x) {
    var convolution = new DepthwiseConv2d(in, out / in, stride + 1, stride, stride / 2);
    return new MapAndTokens(
        scope.call("conv", convolution, x.map()),
        scope.call("fc", new Linear(in, out), x.tokens()));
  }
}
