package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;

class T2TViTTest {

  private static Graph graph(Model model, Phase phase) {
    return ModelGraph.of(model, Parameters.shapesOnly(), phase).graph();
  }

  /** The drop rates of a train graph by the names of their masks. */
  private static Map<String, Double> rates(Model model) {
    Map<String, Double> rates = new TreeMap<>();
    for (RandomSite site : graph(model, Phase.TRAIN).randomSites()) {
      rates.put(site.name().replace(".mask", ""), site.rate());
    }
    return rates;
  }

  @Test
  void performersDropWhateverTheRateIsAndTransformersDoNot() {
    assertThat(rates(Zoo.get("t2t_vit_14").model()))
        .isEqualTo(
            Map.of(
                "tokens_to_token.attention1.dp", 0.1,
                "tokens_to_token.attention1.mlp.3", 0.1,
                "tokens_to_token.attention2.dp", 0.1,
                "tokens_to_token.attention2.mlp.3", 0.1));
    assertThat(rates(Zoo.get("t2t_vit_t_14").model())).isEmpty();
  }

  /** The official code reads the rates of four stages from a table for twelve blocks. */
  @Test
  void denseStagesDropPathsByTheirNumber() {
    Model dense = Zoo.get("t2t_vit_14_dense").model();
    Map<String, Double> rates = rates(dense.with(Setup.IMAGENET.withDropPath(0.6875)));
    assertThat(rates).doesNotContainKey("blocks.2.drop_path1");
    assertThat(rates.get("blocks.4.drop_path1")).isEqualTo(0.0625);
    assertThat(rates.get("blocks.16.drop_path2")).isEqualTo(0.125);
    assertThat(rates.get("blocks.21.drop_path1")).isEqualTo(0.1875);
  }

  /** A token for 16 x 16 pixels, and one that summarises. */
  @ParameterizedTest
  @CsvSource({
    "t2t_vit_7, 224, 197",
    "t2t_vit_7, 226, 197",
    "t2t_vit_7, 227, 226",
    "t2t_vit_7, 28, 5",
    "t2t_vit_c_14, 224, 197",
    "t2t_vit_14_wot2t, 224, 197",
    "t2t_vit_14_384, 384, 577"
  })
  void thereAreAsManyPositionsAsTokens(String name, int size, long tokens) {
    Model model = Zoo.get(name).model();
    Graph graph = graph(model.with(model.setup().withImageSize(size)), Phase.EVAL);
    assertThat(graph.parameters().get("pos_embed").size(1)).isEqualTo(tokens);
    assertThat(graph.shapes().of(graph.activations().get("norm"))[1]).isEqualTo(tokens);
  }
}
