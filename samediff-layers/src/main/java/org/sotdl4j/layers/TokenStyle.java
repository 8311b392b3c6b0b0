package org.sotdl4j.layers;

/** A way to make tokens of a picture, before its size and the model's width are known. */
public sealed interface TokenStyle
    permits ConvolutionTokens,
        DenseNetTokens,
        InceptionTokens,
        LinearTokens,
        NonLocalTokens,
        PatchTokens,
        ResNetTokens,
        TokensToToken {

  /**
   * The layer for pictures of a size: [B, channels, imageSize, imageSize] to [B, N, dim].
   *
   * @throws IllegalArgumentException if the style has no tokens for that size
   */
  Layer embedding(int imageSize, int channels, int dim);
}
