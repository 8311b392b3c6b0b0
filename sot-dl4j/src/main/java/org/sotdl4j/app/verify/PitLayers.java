package org.sotdl4j.app.verify;

import java.util.Collections;
import java.util.List;
import org.sotdl4j.layers.ConvEmbedding;
import org.sotdl4j.layers.ConvHeadPooling;
import org.sotdl4j.layers.MapAndTokens;
import org.sotdl4j.layers.MapAndTokensTransformer;
import org.sotdl4j.layers.MultiHeadAttention;

/** PiT's layers by their official constructors, with all dropping off. */
final class PitLayers {

  private PitLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Layers.Built of(Constructor call) {
    return switch (call.name()) {
      case "conv_embedding" ->
          Layers.one(
              new ConvEmbedding(
                  call.integer(0, "in_channels"),
                  call.integer(1, "out_channels"),
                  call.integer(2, "patch_size"),
                  call.integer(3, "stride"),
                  call.integer(4, "padding")));
      case "conv_head_pooling" ->
          mapAndTokens(
              new ConvHeadPooling(
                  call.integer(0, "in_feature"),
                  call.integer(1, "out_feature"),
                  call.integer(2, "stride")));
      case "Transformer" -> {
        int heads = call.integer(2, "heads");
        int dim = call.integer(0, "base_dim") * heads;
        yield mapAndTokens(
            new MapAndTokensTransformer(
                new MultiHeadAttention(dim, heads, true),
                (int) (dim * call.real(3, "mlp_ratio", 4)),
                1e-6,
                0,
                Collections.nCopies(call.integer(1, "depth"), 0.0)));
      }
      default -> throw new NotThereYet(call.name());
    };
  }

  /** The inputs are a map and tokens, and so are the outputs. */
  private static Layers.Built mapAndTokens(MapAndTokens.Layer layer) {
    return (scope, inputs) -> {
      MapAndTokens y = layer.apply(scope, new MapAndTokens(inputs.get(0), inputs.get(1)));
      return List.of(y.map(), y.tokens());
    };
  }
}
