package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Sets single values to zero in training and scales the others by 1 / (1 - rate). The mask is a
 * placeholder of the graph.
 *
 * @param rate the share that is dropped, in [0, 1)
 */
public record Dropout(double rate) implements Layer {

  public Dropout {
    DropPath.check(rate);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    return rate == 0 || !scope.training() ? x : x.mul(scope.mask(rate, scope.shape(x)));
  }
}
