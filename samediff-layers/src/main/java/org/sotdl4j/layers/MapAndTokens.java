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

  /** Both in one tensor: the tokens and, after them, the pixels of the map, [B, n + H W, C]. */
  public SDVariable joined(Scope scope) {
    return scope.sd().concat(1, tokens, Tokens.of(scope, map));
  }

  /**
   * Undoes {@link #joined}.
   *
   * @param joined [B, n + H W, C]
   * @param n number of tokens before the map's pixels
   */
  static MapAndTokens split(Scope scope, SDVariable joined, int n, long height, long width) {
    return new MapAndTokens(
        Tokens.toMap(scope, Tokens.from(scope, joined, n), height, width),
        Tokens.before(scope, joined, n));
  }

  /**
   * A layer on both in one tensor, for where only one goes from layer to layer: [B, n + H H, C] to
   * [B, n + H' H', C'].
   *
   * @param layer what takes a square map and tokens
   * @param n number of tokens
   */
  public record Joined(Layer layer, int n) implements org.sotdl4j.layers.Layer {

    @Override
    public SDVariable apply(Scope scope, SDVariable x) {
      int side = (int) Math.sqrt((double) scope.shape(x)[1] - n);
      return layer.apply(scope, split(scope, x, n, side, side)).joined(scope);
    }
  }

  /**
   * Applies a layer under a name; its outputs are the activations {@code name#0} and {@code #1}.
   */
  public MapAndTokens through(Scope scope, String name, Layer layer) {
    MapAndTokens y = layer.apply(scope.child(name), this);
    scope.remember(name + "#0", y.map);
    scope.remember(name + "#1", y.tokens);
    return y;
  }
}
