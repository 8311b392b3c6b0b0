package org.sotdl4j.app.verify;

import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.PatchEmbed;
import org.sotdl4j.layers.PatchMerging;
import org.sotdl4j.layers.SwinBlock;
import org.sotdl4j.layers.SwinStage;
import org.sotdl4j.layers.WindowAttention;
import org.sotdl4j.layers.Windows;

/** Swin's layers by the constructors of {@code models/swin_transformer.py}. */
final class SwinLayers {

  private SwinLayers() {}

  static Layers.Built of(Constructor call) {
    return switch (call.name()) {
      case "WindowAttention" -> windowAttention(call);
      case "SwinTransformerBlock" -> {
        List<Integer> map = call.integers(1, "input_resolution");
        int side = (int) call.real(3, "window_size", 7);
        int shift = (int) call.real(4, "shift_size", 0);
        int hidden = (int) (call.integer(0, "dim") * call.real(5, "mlp_ratio", 4));
        yield Layers.one(
            new SwinBlock(
                attention(call, 6), Windows.of(map.get(0), map.get(1), side, shift), hidden, 0, 0));
      }
      case "BasicLayer" -> {
        List<Integer> map = call.integers(1, "input_resolution");
        yield Layers.one(
            new SwinStage(
                map.get(0),
                map.get(1),
                attention(call, 3, 6),
                call.integer(4, "window_size"),
                (int) (call.integer(0, "dim") * call.real(5, "mlp_ratio", 4)),
                0,
                Collections.nCopies(call.integer(2, "depth"), 0.0),
                call.flag(12, "downsample", false)));
      }
      case "PatchMerging" -> {
        List<Integer> map = call.integers(0, "input_resolution");
        yield Layers.one(new PatchMerging(map.get(0), map.get(1), call.integer(1, "dim")));
      }
      case "PatchEmbed" ->
          Layers.one(
              new PatchEmbed(
                  (int) call.real(2, "in_chans", 3),
                  (int) call.real(3, "embed_dim", 96),
                  (int) call.real(1, "patch_size", 4),
                  call.flag(4, "norm_layer", false)));
      default -> throw new NotThereYet("Swin's " + call.name());
    };
  }

  private static Layers.Built windowAttention(Constructor call) {
    List<Integer> window = call.integers(1, "window_size");
    var layer = new WindowAttention(attention(call, 3), window.get(0), window.get(1));
    return (scope, inputs) -> {
      SDVariable x = inputs.getFirst();
      return List.of(
          inputs.size() == 1 ? layer.apply(scope, x) : layer.masked(scope, x, inputs.get(1)));
    };
  }

  private static MultiHeadAttention attention(Constructor call, int bias) {
    return attention(call, 2, bias);
  }

  /** The places of {@code num_heads} and {@code qkv_bias} differ; {@code qk_scale} follows. */
  private static MultiHeadAttention attention(Constructor call, int heads, int bias) {
    int dim = call.integer(0, "dim");
    int number = call.integer(heads, "num_heads");
    boolean qkvBias = call.flag(bias, "qkv_bias", true);
    return call.flag(bias + 1, "qk_scale", false)
        ? new MultiHeadAttention(dim, number, qkvBias, call.real(bias + 1, "qk_scale", 1), 0, 0)
        : new MultiHeadAttention(dim, number, qkvBias);
  }
}
