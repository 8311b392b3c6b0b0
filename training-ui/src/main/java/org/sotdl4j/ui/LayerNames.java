package org.sotdl4j.ui;

import java.util.List;
import java.util.stream.IntStream;
import org.sotdl4j.zoo.LayerGroups;

/**
 * The names under which the UI knows layers and weights: {@code blocks.3_attn.qkv.W} is {@code
 * attn.qkv.weight} of the layer {@code blocks.3}. Names that end with W are on the overview.
 *
 * @param groups the layers, by the model's groups
 */
record LayerNames(LayerGroups groups) {

  private static final String STEM = "stem";

  /** The layers from the input to the output. */
  List<String> layers() {
    return IntStream.range(0, groups.count()).mapToObj(this::layer).toList();
  }

  private String layer(int group) {
    return group == 0 ? STEM : groups.prefixes().get(group).getFirst();
  }

  /** The UI's name of a weight. */
  String weight(String name) {
    String layer = layer(groups.of(name));
    String within = name.startsWith(layer + ".") ? name.substring(layer.length() + 1) : name;
    return layer + "_" + within.replaceFirst("weight$", "W").replaceFirst("bias$", "b");
  }
}
