package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Transformer blocks one after the other, then a layer norm. [B, N, C] to the same, or another
 * width where the blocks change it.
 *
 * <p>State: {@code blocks.0}, {@code blocks.1}, ..., {@code norm}.
 *
 * @param blocks in order
 * @param norm of the last block's width
 */
public record BlockStack(List<Layer> blocks, LayerNorm norm) implements Layer {

  /**
   * The usual blocks, all of one size.
   *
   * @param attention of every block; its width is C
   * @param depth number of blocks
   * @param mlpHidden width inside the MLPs
   * @param eps the layer norms' epsilon
   * @param drop dropout rate inside the MLPs
   * @param dropPath stochastic depth of the last block; it grows linearly from 0
   */
  public BlockStack(
      MultiHeadAttention attention,
      int depth,
      int mlpHidden,
      double eps,
      double drop,
      double dropPath) {
    this(
        IntStream.range(0, depth)
            .<Layer>mapToObj(i ->
                new Block(attention, mlpHidden, eps, drop, DropPath.linear(dropPath, depth)[i]))
            .toList(),
        new LayerNorm(attention.dim(), eps));
  }

  /** The paths of the blocks, in order. */
  public static List<String> paths(int depth) {
    return IntStream.range(0, depth).mapToObj(i -> "blocks." + i).toList();
  }

  /** The blocks and the norm. */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      parts.add(Part.at("blocks." + i, blocks.get(i)));
    }
    parts.add(Part.at("norm", norm));
    return parts;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    for (Part part : parts()) {
      x = part.layer().apply(scope, x);
    }
    return x;
  }
}
