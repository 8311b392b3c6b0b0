package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens by three dense blocks with a transition after each: SoT's own choice.
 *
 * @param tokenDim width of the stem
 * @param largeOutput whether only the first transition pools (56x56 tokens at 224 instead of 14x14)
 * @param layers dense layers a block
 * @param growth channels that a dense layer adds
 * @param width channels after a transition
 */
public record DenseNetTokens(int tokenDim, boolean largeOutput, int layers, int growth, int width)
    implements TokenStyle {

  /** The official widths: 6 layers a block, growth 16, transitions to 128. */
  public DenseNetTokens(int tokenDim, boolean largeOutput) {
    this(tokenDim, largeOutput, 6, 16, 128);
  }

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    // At 112 to 223 pixels the last transition does not pool, so that 14x14 tokens remain.
    boolean lastPools = imageSize / 112 != 1;
    List<Layer> stages = new ArrayList<>();
    int in = tokenDim;
    for (int stage = 0; stage < 3; stage++) {
      boolean pool = stage == 0 || (!largeOutput && (stage == 1 || lastPools));
      DenseBlock block = new DenseBlock(in, layers, 2, growth);
      stages.add(block);
      stages.add(new DenseTransition(block.out(), width, pool));
      in = width;
    }
    return new TokenEmbedding(channels, tokenDim, stages, width, dim);
  }
}
