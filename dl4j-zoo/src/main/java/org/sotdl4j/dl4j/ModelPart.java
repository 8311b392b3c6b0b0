package org.sotdl4j.dl4j;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Losses;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.zoo.Model;

/**
 * A part of a model as a layer of its own; its parameters have the names that they have in the
 * whole model.
 *
 * @param model whose part it is
 * @param name a part of its trunk or {@value #HEAD}, which gives the logits [B, K], the mean of the
 *     heads
 */
record ModelPart(Model model, String name) implements Layer {

  static final String HEAD = "head";

  /** All parts, from the picture to the logits. */
  static List<ModelPart> of(Model model) {
    return Stream.concat(model.trunk().stream().map(Part::name), Stream.of(HEAD))
        .map(name -> new ModelPart(model, name))
        .toList();
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    if (name.equals(HEAD)) {
      return Losses.mean(model.head(scope, x), UnaryOperator.identity());
    }
    return model.trunk().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("The model has no part " + name))
        .layer()
        .apply(scope, x);
  }
}
