package org.sotdl4j.zoo;

import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Scope;

/** An architecture with all its sizes: an immutable description that writes itself into a graph. */
public interface Model {

  Setup setup();

  /** The same architecture for another setup. */
  Model with(Setup setup);

  /** How pictures are prepared for it. */
  InputSpec input();

  /**
   * Writes the model's ops.
   *
   * @param image [B, channels, imageSize, imageSize]
   * @return the logits [B, K] of each head that is trained
   */
  List<SDVariable> heads(Scope scope, SDVariable image);

  /**
   * Last parts of the names of parameters that weight decay spares although they are no vectors.
   */
  Set<String> tokensAndPositions();

  /** Whether weight decay applies to a parameter: not to norms, biases, tokens and positions. */
  default boolean decays(Parameter parameter) {
    String name = parameter.name();
    return parameter.array().rank() > 1
        && !tokensAndPositions().contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
