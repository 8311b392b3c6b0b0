package org.sotdl4j.layers;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A named tensor of a model's state.
 *
 * @param name its name in the official {@code state_dict}
 * @param array its values, in PyTorch's layout; graphs share this very array
 * @param role what it is for
 */
public record Parameter(String name, INDArray array, Role role) {

  /** What a tensor of the state is for. */
  public enum Role {
    /** Learned. */
    TRAINABLE,
    /** A parameter that is not learned, as a sinusoid position table. */
    FROZEN,
    /** Not a parameter: running statistics. */
    BUFFER
  }

  public boolean trainable() {
    return role == Role.TRAINABLE;
  }
}
