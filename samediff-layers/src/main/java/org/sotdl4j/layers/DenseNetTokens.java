package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens by three dense blocks with transitions: SoT's own choice.
 *
 * @param tokenDim width of the stem
 * @param largeOutput whether only the first transition pools (56x56 tokens at 224 instead of 14x14)
 * @param layers dense layers a block
 * @param growth channels that a dense layer adds
 * @param width channels after a transition
 * @param lastTransition whether one follows the last block too
 */
public record DenseNetTokens(
    int tokenDim, boolean largeOutput, int layers, int growth, int width, boolean lastTransition)
    implements TokenStyle {

  /** The official widths: 6 layers a block, growth 16, transitions to 128. */
  public DenseNetTokens(int tokenDim, boolean largeOutput) {
    this(tokenDim, largeOutput, 6, 16, 128, true);
  }

  /** Those of So-ViT: 3 layers a block, growth 24, two transitions to 128. */
  public static DenseNetTokens soViT(int tokenDim) {
    return new DenseNetTokens(tokenDim, false, 3, 24, 128, false);
  }

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    // At 112 to 223 pixels the last transition does not pool, so that 14x14 tokens remain.
    boolean lastPools = imageSize / 112 != 1;
    List<Layer> stages = new ArrayList<>();
    int in = tokenDim;
    for (int stage = 0; stage < 3; stage++) {
      DenseBlock block = new DenseBlock(in, layers, 2, growth);
      stages.add(block);
      in = block.out();
      if (stage < 2 || lastTransition) {
        boolean pool = stage == 0 || (!largeOutput && (stage == 1 || lastPools));
        stages.add(new DenseTransition(in, width, pool));
        in = width;
      }
    }
    return new TokenEmbedding(channels, tokenDim, stages, in, dim);
  }
}
