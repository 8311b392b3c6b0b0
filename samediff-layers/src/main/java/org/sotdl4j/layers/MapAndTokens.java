package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What goes through PiT from stage to stage: a map and beside it tokens that have no place.
 *
 * @param map [B, C, H, W]
 * @param tokens [B, n, C]
 */
public record MapAndTokens(SDVariable map, SDVariable tokens) {

  /** A piece of a network that takes and gives a map and tokens. */
  public sealed interface Layer permits MapAndTokensTransformer, ConvHeadPooling {

    /** Writes this layer's ops. */
    MapAndTokens apply(Scope scope, MapAndTokens x);
  }

  /**
   * Applies a layer under a name; its outputs are the activations {@code name#0} and {@code #1}.
   */
  public MapAndTokens through(Scope scope, String name, Layer layer) {
    MapAndTokens y = scope.part(name, part -> layer.apply(part, this));
    scope.remember(name + "#0", y.map);
    scope.remember(name + "#1", y.tokens);
    return y;
  }
}
