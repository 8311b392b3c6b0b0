package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Swin blocks on one map, every second one with its windows shifted by half their side; then, but
 * for the last stage, {@link PatchMerging}. [B, H W, C] to the same, or to [B, H/2 W/2, 2 C].
 *
 * <p>State: {@code blocks.0}, {@code blocks.1}, ..., {@code downsample}.
 *
 * @param height H
 * @param width W
 * @param attention of every block, without dropout; its width is C
 * @param window side of a window
 * @param mlpHidden width inside the MLPs
 * @param drop dropout rate after the attentions and inside the MLPs
 * @param dropPath stochastic depth of each block; as many as there are blocks
 * @param merging whether the map is halved at the end
 */
public record SwinStage(
    int height,
    int width,
    MultiHeadAttention attention,
    int window,
    int mlpHidden,
    double drop,
    List<Double> dropPath,
    boolean merging)
    implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    for (int i = 0; i < dropPath.size(); i++) {
      Windows windows = Windows.of(height, width, window, i % 2 == 0 ? 0 : window / 2);
      var block = new SwinBlock(attention, windows, mlpHidden, drop, dropPath.get(i));
      x = scope.call("blocks." + i, block, x);
    }
    return merging
        ? scope.call("downsample", new PatchMerging(height, width, attention.dim()), x)
        : x;
  }
}
