package org.sotdl4j.app.verify;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Scope;
import tools.jackson.databind.JsonNode;

/** The layers of this project by the official constructors that cases name. */
final class Layers {

  /** A layer with any number of inputs and outputs. */
  @FunctionalInterface
  interface Built {
    List<SDVariable> apply(Scope scope, List<SDVariable> inputs);
  }

  private Layers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Built of(JsonNode fixture) {
    Constructor call = Constructor.parse(fixture.get("constructor").asString());
    String family = fixture.get("family").asString();
    if (family.equals("sot")) {
      return SoTLayers.of(fixture, call);
    }
    if (family.equals("sovit")) {
      return SoViTLayers.of(fixture, call);
    }
    return switch (family + " " + call.name()) {
      case "t2t Attention" ->
          plain(call, fixture, "transformer_block") ? one(attention(call, 2)) : missing(fixture);
      case "t2t Block" -> {
        if (!plain(call, fixture, "transformer_block")) {
          throw new NotThereYet(fixture.get("constructor").asString());
        }
        int dim = call.integer(0, "dim");
        yield one(
            new Block(attention(call, 3), (int) (dim * call.real(2, "mlp_ratio", 4)), 1e-5, 0, 0));
      }
      default -> missing(fixture);
    };
  }

  private static Built missing(JsonNode fixture) {
    throw new NotThereYet(fixture.get("constructor").asString());
  }

  private static boolean plain(Constructor call, JsonNode fixture, String module) {
    return fixture.get("constructor").asString().startsWith(module + "." + call.name());
  }

  /** T2T-ViT's attention; the place of {@code qkv_bias} differs between it and its block. */
  private static MultiHeadAttention attention(Constructor call, int bias) {
    int dim = call.integer(0, "dim");
    int heads = call.integer(1, "num_heads");
    double scale = call.real(bias + 1, "qk_scale", Math.pow((double) dim / heads, -0.5));
    return new MultiHeadAttention(dim, heads, call.flag(bias, "qkv_bias", false), scale, 0, 0);
  }

  private static Built one(Layer layer) {
    return (scope, inputs) -> List.of(layer.apply(scope, inputs.getFirst()));
  }
}
