package org.sotdl4j.layers;

/**
 * A named piece of a model. Its layer is applied in the model's own scope, so that its parameters
 * and activations have the model's names for them.
 *
 * @param name unique in the model, without {@code _}, which DL4J keeps for itself
 * @param layer what it does
 */
public record Part(String name, Layer layer) {

  /** A layer that lives under a path, which is also the part's name. */
  public static Part at(String path, Layer layer) {
    return new Part(path, (scope, x) -> scope.call(path, layer, x));
  }
}
