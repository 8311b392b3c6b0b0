package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * SoT's hierarchical token embedding: a stem (3x3 convolution, 3x3 max pooling of stride 2), stages
 * of off-the-shelf blocks, and a 1x1 convolution to the model's width. [B, in, H, W] to [B, N,
 * dim]. Official file: {@code sot_src/model/visualTokens.py}; "SoT: Delving deeper into
 * classification head for transformer", section 3.3.
 *
 * <p>State: {@code tokens.stem.0}, {@code tokens.stage.0}, ..., {@code tokens.transition}.
 *
 * @param in channels of the picture
 * @param tokenDim width of the stem
 * @param stages the blocks, applied one after the other
 * @param stageDim channels after the last stage
 * @param dim width of a token
 */
public record TokenEmbedding(int in, int tokenDim, List<Layer> stages, int stageDim, int dim)
    implements Layer {

  /** The official widths of the dense stages: 6 layers a block, growth 16, transitions to 128. */
  public static TokenEmbedding denseNet(
      int imageSize, int in, int dim, int tokenDim, boolean largeOutput) {
    return denseNet(imageSize, in, dim, tokenDim, largeOutput, 6, 16, 128);
  }

  /**
   * Three dense blocks with a transition after each.
   *
   * @param imageSize the picture's side: at 112 to 223 the last transition does not pool
   * @param largeOutput whether only the first transition pools (56x56 tokens at 224 instead of
   *     14x14)
   * @param layers dense layers a block
   * @param growth channels a dense layer adds
   * @param width channels after a transition
   */
  public static TokenEmbedding denseNet(
      int imageSize,
      int in,
      int dim,
      int tokenDim,
      boolean largeOutput,
      int layers,
      int growth,
      int width) {
    List<Layer> stages = new ArrayList<>();
    int channels = tokenDim;
    for (int stage = 0; stage < 3; stage++) {
      boolean pool = stage == 0 || (!largeOutput && (stage == 1 || imageSize / 112 != 1));
      DenseBlock block = new DenseBlock(channels, layers, 2, growth);
      stages.add(block);
      stages.add(new DenseTransition(block.out(), width, pool));
      channels = width;
    }
    return new TokenEmbedding(in, tokenDim, stages, width, dim);
  }

  /**
   * Three residual bottlenecks of width 64.
   *
   * @throws IllegalArgumentException for a size below 112, for which the official code has no
   *     stride
   */
  public static TokenEmbedding resNet(int imageSize, int in, int dim, int tokenDim) {
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
    return new TokenEmbedding(in, tokenDim, stages, 256, dim);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable map = scope.call("tokens", this::map, x);
    return Tokens.of(scope, map);
  }

  private SDVariable map(Scope scope, SDVariable x) {
    SDVariable y =
        scope.sequential(
            "stem", x, new Conv2d(in, tokenDim, 3, 1, 1, true), new MaxPool2d(3, 2, 1));
    y = scope.sequential("stage", y, stages.toArray(Layer[]::new));
    return scope.call("transition", new Conv2d(stageDim, dim, 1, 1, 0, true), y);
  }
}
