package org.sotdl4j.layers;

import java.util.List;

/**
 * Tokens by three residual bottlenecks of width 64, the last with the stride that leaves 14x14
 * tokens.
 *
 * @param tokenDim width of the stem
 */
public record ResNetTokens(int tokenDim) implements TokenStyle {

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    int stride = imageSize / 112;
    if (stride == 0) {
      throw new IllegalArgumentException(
          "The ResNet token embedding needs pictures of at least 112 pixels, not " + imageSize);
    }
    List<Layer> stages =
        List.of(
            new Bottleneck(tokenDim, 64, 2, true),
            new Bottleneck(256, 64, 2, true),
            new Bottleneck(256, 64, stride, stride != 1));
    return new TokenEmbedding(channels, tokenDim, stages, 256, dim);
  }
}
