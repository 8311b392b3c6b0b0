package org.sotdl4j.app.verify;

import java.util.List;
import org.sotdl4j.layers.ConvMerging;
import org.sotdl4j.layers.ConvMlp;
import org.sotdl4j.layers.ConvStem;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm2d;
import org.sotdl4j.layers.MapAttention;
import org.sotdl4j.layers.ResidualDepthwiseConv2d;
import org.sotdl4j.layers.SuperTokenAttention;
import org.sotdl4j.layers.SuperTokenBlock;
import org.sotdl4j.layers.SuperTokenRefinement;
import org.sotdl4j.layers.Swish;

/** STViT's layers by their official constructors, with all dropping off. */
final class StvitLayers {

  private StvitLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Layer of(Constructor call) {
    return switch (call.name()) {
      case "MemoryEfficientSwish" -> new Swish();
      case "LayerNorm2d" -> new LayerNorm2d(call.integer(0, "dim"), 1e-6);
      case "ResDWC" ->
          new ResidualDepthwiseConv2d(call.integer(0, "dim"), (int) call.real(1, "kernel_size", 3));
      case "Mlp" -> {
        int in = call.integer(0, "in_features");
        int hidden = (int) call.real(1, "hidden_features", in);
        yield new ConvMlp(in, hidden, (int) call.real(2, "out_features", in), 0);
      }
      case "Attention" ->
          mapAttention(call, call.integer(0, "dim"), (int) call.real(2, "num_heads", 8), 3);
      case "StokenAttention" -> superTokenAttention(call);
      case "StokenAttentionLayer" -> superTokenBlock(call);
      case "PatchEmbed" ->
          new ConvStem(call.integer(0, "in_channels"), call.integer(1, "out_channels"));
      case "PatchMerging" ->
          new ConvMerging(call.integer(0, "in_channels"), call.integer(1, "out_channels"));
      default -> throw new NotThereYet(call.name());
    };
  }

  private static SuperTokenAttention superTokenAttention(Constructor call) {
    int dim = call.integer(0, "dim");
    SuperTokenRefinement refinement;
    if (!call.flag(3, "refine", true)) {
      refinement = new SuperTokenRefinement.None();
    } else if (!call.flag(4, "refine_attention", true)) {
      refinement = new SuperTokenRefinement.Convolutions(dim);
    } else {
      refinement = mapAttention(call, dim, (int) call.real(5, "num_heads", 8), 6);
    }
    return superTokenAttention(call, dim, 1, (int) call.real(2, "n_iter", 1), refinement);
  }

  private static SuperTokenAttention superTokenAttention(
      Constructor call, int dim, int size, int iterations, SuperTokenRefinement refinement) {
    List<Integer> cell = call.integers(size, "stoken_size");
    return new SuperTokenAttention(dim, cell.getFirst(), cell.getLast(), iterations, refinement);
  }

  private static SuperTokenBlock superTokenBlock(Constructor call) {
    int dim = call.integer(0, "dim");
    var refinement = mapAttention(call, dim, (int) call.real(3, "num_heads", 1), 5);
    return new SuperTokenBlock(
        superTokenAttention(call, dim, 2, call.integer(1, "n_iter"), refinement),
        (int) (dim * call.real(4, "mlp_ratio", 4)),
        0,
        0,
        call.flag(11, "layerscale", false) ? call.real(12, "init_values", 1e-5) : 0);
  }

  /**
   * STViT's attention.
   *
   * @param bias the place of {@code qkv_bias}; {@code qk_scale} is the next
   */
  private static MapAttention mapAttention(Constructor call, int dim, int heads, int bias) {
    double scale = call.real(bias + 1, "qk_scale", Math.pow((double) dim / heads, -0.5));
    return new MapAttention(dim, heads, call.flag(bias, "qkv_bias", false), scale, 0, 0);
  }
}
