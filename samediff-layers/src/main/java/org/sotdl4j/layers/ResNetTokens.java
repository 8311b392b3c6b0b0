package org.sotdl4j.layers;

import java.util.List;

/**
 * Tokens by three residual bottlenecks; the last has the stride imageSize / 112, which leaves 14x14
 * tokens at the usual sizes. Smaller pictures, which the released code refuses, have stride 1.
 *
 * @param tokenDim width of the stem
 * @param planes width of the bottlenecks
 * @param secondStride of the second bottleneck
 */
public record ResNetTokens(int tokenDim, int planes, int secondStride) implements TokenStyle {

  /** The official widths. */
  public ResNetTokens(int tokenDim) {
    this(tokenDim, 64, 2);
  }

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    int out = 4 * planes;
    int lastStride = Math.max(imageSize / 112, 1);
    List<Layer> stages =
        List.of(
            new Bottleneck(tokenDim, planes, 2, true),
            new Bottleneck(out, planes, secondStride, true),
            new Bottleneck(out, planes, lastStride, lastStride != 1));
    return new TokenEmbedding(channels, tokenDim, stages, out, dim);
  }
}
