package org.sotdl4j.layers;

import java.util.List;

/**
 * Tokens by two strided convolutions with a non-local block after each: a side of an eighth of the
 * picture's, whatever its size.
 *
 * @param tokenDim width of the stem, a multiple of 16
 */
public record NonLocalTokens(int tokenDim) implements TokenStyle {

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    List<Layer> stages =
        List.of(
            halving(tokenDim),
            new BatchNorm2d(64, 1e-3, 0.01),
            new Relu(),
            new NonLocalBlock(64, 64, 128, false, true),
            halving(128),
            new BatchNorm2d(64, 1e-3, 0.01),
            new Relu(),
            new NonLocalBlock(64, 64, 256, false, true));
    return new TokenEmbedding(channels, tokenDim, stages, 256, dim);
  }

  private static Layer halving(int in) {
    // The softmax of unscaled products makes ten times as much of a rounding error.
    return new BlockedConv2d(new Conv2d(in, 64, 3, 2, 1, true), in / 16);
  }
}
