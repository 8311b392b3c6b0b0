package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A piece of a network with one input and one output. Applying it writes its ops into the scope's
 * graph.
 */
@FunctionalInterface
public interface Layer {

  /**
   * Writes this layer's ops.
   *
   * @param scope where its parameters live
   * @param x its input
   * @return its output
   */
  SDVariable apply(Scope scope, SDVariable x);
}
