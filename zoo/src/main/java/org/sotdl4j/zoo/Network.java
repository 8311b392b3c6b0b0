package org.sotdl4j.zoo;

import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameter;

/**
 * What can be trained to tell classes apart, whatever it reads: an immutable description that
 * writes itself into a graph.
 *
 * <p>B is the batch, K the number of classes.
 */
public interface Network {

  /** K. */
  int classes();

  /** The same with a new classifier for a number of classes. */
  Network resetClassifier(int classes);

  /** Writes everything, with placeholders for the inputs. */
  Output write(Graph graph);

  /**
   * What was written.
   *
   * @param features what the classifier gets: tokens [B, N, C] or a map [B, C, H, W]
   * @param heads the logits [B, K] of each head that is trained
   */
  record Output(SDVariable features, List<SDVariable> heads) {}

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
