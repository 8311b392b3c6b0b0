package org.sotdl4j.layers;

/** How tokens attend to each other between two soft splits of {@link TokensToToken}. */
public sealed interface TokenMixing {

  /** The layer from tokens of width {@code in} to tokens of width {@code dim}. */
  Layer layer(int in, int dim);

  /** By a transformer layer, whose memory grows with the square of the number of tokens. */
  record Transformer() implements TokenMixing {
    @Override
    public Layer layer(int in, int dim) {
      return new TokenTransformer(new TokenAttention(in, dim), dim);
    }
  }

  /**
   * By a performer layer with half as many random features as channels.
   *
   * @param drop its dropout rate, in official training 0.1 whatever the model's rate is
   */
  record Performer(double drop) implements TokenMixing {
    @Override
    public Layer layer(int in, int dim) {
      return new TokenPerformer(in, dim, dim / 2, drop);
    }
  }
}
