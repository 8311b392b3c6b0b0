package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * A model's parameters in groups from the input to the output, for layer-wise learning rates and
 * for freezing. The last group is the classifier.
 *
 * @param prefixes of each group: the paths that it holds with all below them, as {@code blocks.3}
 */
public record LayerGroups(List<List<String>> prefixes) {

  /**
   * The usual groups: the stem, each block, the last block with the final norm, the classifier. So
   * are timm's.
   *
   * @param stem what comes before the first block
   * @param blocks each block
   * @param norm what comes after the last block
   * @param classifier the heads
   */
  static LayerGroups of(
      List<String> stem, List<String> blocks, List<String> norm, List<String> classifier) {
    List<List<String>> groups = new ArrayList<>();
    groups.add(stem);
    blocks.subList(0, blocks.size() - 1).forEach(block -> groups.add(List.of(block)));
    groups.add(Stream.concat(Stream.of(blocks.getLast()), norm.stream()).toList());
    groups.add(classifier);
    return new LayerGroups(groups);
  }

  /**
   * Twelve parameters a group, whatever they are: how timm groups a model that names no groups, PiT
   * for one.
   */
  static LayerGroups byTwelve(Model model) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      List<String> trunk =
          parameters
              .trainable()
              .map(Parameter::name)
              .filter(name -> !model.isInClassifier(name))
              .toList();
      List<List<String>> groups = new ArrayList<>();
      for (int i = 0; i < trunk.size(); i += 12) {
        groups.add(trunk.subList(i, Math.min(i + 12, trunk.size())));
      }
      groups.add(model.classifier());
      return new LayerGroups(groups);
    }
  }

  /** Number of groups. */
  public int count() {
    return prefixes.size();
  }

  /**
   * The group of a parameter, 0 at the input.
   *
   * @throws IllegalArgumentException if no group holds it
   */
  public int of(String parameter) {
    for (int i = 0; i < prefixes.size(); i++) {
      if (prefixes.get(i).stream().anyMatch(prefix -> isBelow(parameter, prefix))) {
        return i;
      }
    }
    throw new IllegalArgumentException("No layer group holds " + parameter);
  }

  static boolean isBelow(String parameter, String prefix) {
    return parameter.equals(prefix) || parameter.startsWith(prefix + ".");
  }
}
