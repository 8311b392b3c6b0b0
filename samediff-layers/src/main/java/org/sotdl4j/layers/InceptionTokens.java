package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens by three Inception blocks.
 *
 * @param tokenDim width of the stem
 * @param largeOutput whether no block halves the map (112x112 tokens at 224 instead of 14x14)
 */
public record InceptionTokens(int tokenDim, boolean largeOutput) implements TokenStyle {

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    List<Layer> stages = new ArrayList<>();
    int in = tokenDim;
    for (int stage = 0; stage < 3; stage++) {
      // At 112 to 223 pixels the last block does not halve, so that 14x14 tokens remain.
      boolean halves = !largeOutput && (stage < 2 || imageSize / 112 != 1);
      InceptionBlock block = new InceptionBlock(in, 16, halves ? 2 : 1);
      stages.add(block);
      in = block.out();
    }
    return new TokenEmbedding(channels, tokenDim, stages, in, dim);
  }
}
