package org.sotdl4j.zoo;

import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Scope;

/**
 * An architecture with all its sizes: an immutable description that writes itself into a graph.
 *
 * <p>B is the batch, K the number of classes, N the number of tokens, C their width.
 */
public interface Model {

  Setup setup();

  /** The same architecture for another setup. */
  Model with(Setup setup);

  /** The same architecture with a new classifier for a number of classes. */
  default Model resetClassifier(int classes) {
    return with(setup().withClasses(classes));
  }

  /** How pictures are prepared for it. */
  InputSpec input();

  /**
   * Writes everything before the classifier.
   *
   * @param image [B, channels, imageSize, imageSize]
   * @return the tokens [B, N, C] after the last norm, or a map [B, C, H, W]
   */
  SDVariable features(Scope scope, SDVariable image);

  /**
   * Writes the classifier.
   *
   * @param features what {@link #features} gives
   * @return the logits [B, K] of each head that is trained
   */
  List<SDVariable> head(Scope scope, SDVariable features);

  /** The paths of the parameters that {@link #resetClassifier} makes anew. */
  List<String> classifier();

  /** Whether a parameter is one that {@link #resetClassifier} makes anew. */
  default boolean isInClassifier(String parameter) {
    return classifier().stream().anyMatch(prefix -> LayerGroups.isBelow(parameter, prefix));
  }

  /**
   * The names under which {@link ModelGraph#activation} has the outputs of the blocks, from the
   * input to the output.
   */
  List<String> intermediates();

  /**
   * Last parts of the names of parameters that weight decay spares although they are no vectors.
   */
  Set<String> noWeightDecay();

  /** Whether weight decay applies to a parameter: not to norms, biases, tokens and positions. */
  default boolean decays(Parameter parameter) {
    String name = parameter.name();
    return parameter.array().rank() > 1
        && !noWeightDecay().contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** The learned parameters in groups, from the input to the output. */
  LayerGroups layerGroups();
}
