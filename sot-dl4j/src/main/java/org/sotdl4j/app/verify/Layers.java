package org.sotdl4j.app.verify;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Layer;
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
    Constructor call =
        Constructor.parse(fixture.get("constructor").asString()).expanded(fixture.get("config"));
    return switch (fixture.get("family").asString()) {
      case "sot" -> SoTLayers.of(fixture, call);
      case "sovit" -> SoViTLayers.of(fixture, call);
      case "t2t" -> one(T2TLayers.of(fixture, call));
      case "pit" -> PitLayers.of(call);
      case "stvit" -> one(StvitLayers.of(call));
      case "swin" -> SwinLayers.of(call);
      default -> throw new NotThereYet(fixture.get("constructor").asString());
    };
  }

  /** A layer with one input and one output. */
  static Built one(Layer layer) {
    return (scope, inputs) -> List.of(layer.apply(scope, inputs.getFirst()));
  }
}
