package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A stage of PiT: transformer blocks on the tokens and, after them, the pixels of the map. Official
 * file: {@code pit.py}, {@code Transformer}.
 *
 * <p>State: {@code blocks.0}, {@code blocks.1}, ...
 *
 * @param attention of every block; its width is C
 * @param mlpHidden width inside the MLPs
 * @param eps the layer norms' epsilon
 * @param drop dropout rate inside the MLPs
 * @param dropPath stochastic depth of each block; there are as many
 */
public record MapAndTokensTransformer(
    MultiHeadAttention attention, int mlpHidden, double eps, double drop, List<Double> dropPath)
    implements MapAndTokens.Layer {

  @Override
  public MapAndTokens apply(Scope scope, MapAndTokens x) {
    long[] map = scope.shape(x.map());
    int n = (int) scope.shape(x.tokens())[1];
    SDVariable y = x.joined(scope); // [B, n + H W, C]
    for (int i = 0; i < dropPath.size(); i++) {
      var block = new Block(attention, mlpHidden, eps, drop, dropPath.get(i));
      y = scope.call("blocks." + i, block, y);
    }
    return MapAndTokens.split(scope, y, n, map[2], map[3]);
  }
}
