package org.sotdl4j.layers;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Transformer blocks one after the other, then a layer norm. [B, N, C] to the same.
 *
 * <p>State: {@code blocks.0}, {@code blocks.1}, ..., {@code norm}.
 *
 * @param attention of every block; its width is C
 * @param depth number of blocks
 * @param mlpHidden width inside the MLPs
 * @param eps the layer norms' epsilon
 * @param drop dropout rate inside the MLPs
 * @param dropPath stochastic depth of the last block; it grows linearly from 0
 */
public record BlockStack(
    MultiHeadAttention attention,
    int depth,
    int mlpHidden,
    double eps,
    double drop,
    double dropPath)
    implements Layer {

  /** The paths of the blocks, in order. */
  public static List<String> paths(int depth) {
    return IntStream.range(0, depth).mapToObj(i -> "blocks." + i).toList();
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    double[] rates = DropPath.linear(dropPath, depth);
    for (int i = 0; i < depth; i++) {
      x = scope.call("blocks." + i, new Block(attention, mlpHidden, eps, drop, rates[i]), x);
    }
    return scope.call("norm", new LayerNorm(attention.dim(), eps), x);
  }
}
