package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;

class PiTTest {

  private static Graph graph(String name, Setup setup, Phase phase) {
    Model model = Zoo.get(name).model().with(setup);
    return ModelGraph.of(model, Parameters.shapesOnly(), phase).graph();
  }

  /** Of 12 blocks the last skips 11/12 of the full rate; block 0 never does. */
  @Test
  void pathsDropByTheBlocksNumberOfAll() {
    List<Double> rates =
        graph("pit_ti", Setup.IMAGENET.withDropPath(0.75), Phase.TRAIN).randomSites().stream()
            .filter(site -> site.name().contains("drop_path1"))
            .map(RandomSite::rate)
            .toList();
    assertThat(rates)
        .containsExactly(
            0.0625, 0.125, 0.1875, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.5625, 0.625, 0.6875);
  }

  @Test
  void theTokensHaveNoPosition() {
    Graph graph = graph("pit_s_distilled", Setup.IMAGENET, Phase.EVAL);
    assertThat(graph.parameters().get("pos_embed").shape()).containsExactly(1, 144, 27, 27);
    assertThat(graph.parameters().get("cls_token").shape()).containsExactly(1, 2, 144);
    assertThat(graph.shapes().of(graph.activations().get("pools.1#0")))
        .containsExactly(1, 576, 7, 7);
    assertThat(graph.shapes().of(graph.activations().get("norm"))).containsExactly(1, 2, 576);
  }

  @Test
  void aPictureSmallerThanAPatchIsRefused() {
    assertThatThrownBy(() -> graph("pit_ti", Setup.IMAGENET.withImageSize(15), Phase.EVAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A patch of 16 pixels")
        .hasMessageContaining("15 x 15");
  }
}
