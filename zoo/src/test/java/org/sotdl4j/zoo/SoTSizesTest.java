package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/** The token grids of SoT and So-ViT at other picture sizes; 14x14 where the released code runs. */
class SoTSizesTest {

  @ParameterizedTest
  @CsvSource({
    "sot_tiny, 64, 4",
    "sot_tiny, 112, 14",
    "sot_tiny, 224, 14",
    "sot_tiny, 320, 20",
    "sot_tiny, 384, 24",
    "sot_nano, 56, 14",
    "so_vit_7, 64, 8",
    "so_vit_7, 112, 14",
    "so_vit_7, 224, 14",
    "so_vit_7, 384, 16",
    "so_vit_nano, 28, 7"
  })
  void tokensAreAGrid(String name, int size, int side) {
    assertThat(tokens(name, size)).isEqualTo(1 + side * side);
  }

  @Test
  void aSizeWithoutTokensIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> tokens("sot_tiny", 14));
  }

  private static long tokens(String name, int size) {
    Model model = Zoo.get(name).model();
    try (Parameters parameters = Parameters.shapesOnly()) {
      ModelGraph graph =
          ModelGraph.of(model.with(model.setup().withImageSize(size)), parameters, Phase.EVAL);
      return graph.graph().root().shape(graph.features())[1];
    }
  }
}
