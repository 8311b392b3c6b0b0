package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

class STViTTest {

  @Test
  void layerScaleIsInTheLastStagesOfTheLargerModels() {
    assertThat(layerScaled("stvit_small")).isEmpty();
    assertThat(layerScaled("stvit_base")).hasSize(20).allMatch(n -> n.matches("layers\\.[23].*"));
    assertThat(layerScaled("stvit_large")).hasSize(27).allMatch(n -> n.matches("layers\\.[23].*"));
  }

  private static List<String> layerScaled(String name) {
    Parameters parameters = Parameters.shapesOnly();
    var _ = ModelGraph.of(Zoo.get(name).model(), parameters, Phase.EVAL);
    return parameters.stream().map(Parameter::name).filter(n -> n.endsWith(".gamma_1")).toList();
  }

  @Test
  void theFrozenKernelsPickOneNeighbourEach() {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(1))) {
      var _ = ModelGraph.of(Zoo.get("stvit_nano").model(), parameters, Phase.EVAL);
      List<Parameter> frozen =
          parameters.stream().filter(p -> p.role() == Parameter.Role.FROZEN).toList();
      assertThat(frozen).hasSize(6);
      for (Parameter p : frozen) {
        assertThat(p.name()).matches("layers\\.\\d\\.blocks\\.0\\.attn\\.(un)?fold\\.weights");
        INDArray kernels = p.array();
        for (int k = 0; k < 9; k++) {
          for (int place = 0; place < 9; place++) {
            assertThat(kernels.getDouble(k, 0, place / 3, place % 3)).isEqualTo(k == place ? 1 : 0);
          }
        }
      }
    }
  }

  /** 50 pixels are 7 cells of 8, the last one with zeros; then 25 are 7 cells of 4. */
  @Test
  void cellsNeedNotDivideTheMap() {
    Model model = Zoo.get("stvit_small").model().with(Setup.IMAGENET.withImageSize(200));
    Graph graph = ModelGraph.of(model, Parameters.shapesOnly(), Phase.EVAL).graph();
    assertThat(shape(graph, "layers.0.blocks.0")).containsExactly(1, 64, 50, 50);
    assertThat(shape(graph, "layers.0.blocks.0.attn.stoken_refine")).containsExactly(1, 64, 7, 7);
    assertThat(shape(graph, "layers.1.blocks.0.attn.stoken_refine")).containsExactly(1, 128, 7, 7);
    assertThat(shape(graph, "layers.3")).containsExactly(1, 512, 7, 7);
  }

  private static long[] shape(Graph graph, String path) {
    return graph.shapes().of(graph.activations().get(path));
  }
}
