package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/** What {@link SuperTokenAttention} does to the map of super tokens, [B, C, H, W] to the same. */
public sealed interface SuperTokenRefinement extends Layer
    permits MapAttention, SuperTokenRefinement.Convolutions, SuperTokenRefinement.None {

  /**
   * Three convolutions without activations between them: 1x1, 5x5 depthwise, 1x1.
   *
   * <p>State: {@code 0}, {@code 1}, {@code 2}.
   *
   * @param channels C
   */
  record Convolutions(int channels) implements SuperTokenRefinement {

    @Override
    public SDVariable apply(Scope scope, SDVariable x) {
      SDVariable y = scope.call("0", new Conv2d(channels, channels, 1, 1, 0, true), x);
      y = scope.call("1", DepthwiseConv2d.same(channels, 5), y);
      return scope.call("2", new Conv2d(channels, channels, 1, 1, 0, true), y);
    }
  }

  /** The super tokens stay as they are. */
  record None() implements SuperTokenRefinement {

    @Override
    public SDVariable apply(Scope scope, SDVariable x) {
      return x;
    }
  }
}
