package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;

class EmbeddingTest {

  private static final INDArray IDS = Nd4j.createFromArray(new int[][] {{2, 0, 1}, {2, 2, 1}});

  @ParameterizedTest
  @EnumSource(Engine.class)
  void rowsAreLookedUpAndTheirGradientsAddedUp(Engine engine) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Parameters parameters =
          new Parameters(
              type,
              (p, _) ->
                  p.array().assign(Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}})));
      Graph graph = Graph.create(parameters, Phase.TRAIN);
      SDVariable ids = graph.input("ids", DataType.INT32, 3);
      SDVariable y = new Embedding(3, 2, 1).apply(graph.root(), ids);
      SDVariable loss = y.sum();
      try (Program program = engine.training(graph.sameDiff(), loss.name(), List.of(y.name()))) {
        for (int run = 0; run < 2; run++) {
          Map<String, INDArray> values = program.run(Map.of("ids", IDS));
          assertThat(values.get(y.name()).ravel().toFloatVector())
              .containsExactly(5, 6, 1, 2, 3, 4, 5, 6, 5, 6, 3, 4);
          // Row 1 is padding.
          assertThat(values.get(Program.gradient("weight")).toFloatMatrix())
              .isDeepEqualTo(new float[][] {{1, 1}, {0, 0}, {3, 3}});
        }
      }
    }
  }

  @Test
  void wordsAreCountedFromBehindThePaddingsNumber() {
    Parameters parameters =
        new Parameters(
            DataType.FLOAT,
            (p, _) -> {
              p.array().assign(p.name().endsWith("LayerNorm.weight") ? 1 : 0);
              if (p.name().startsWith("position")) {
                p.array().putScalar(2, 0, 1).putScalar(3, 0, 3);
              }
            });
    Graph graph = Graph.create(parameters, Phase.EVAL);
    SDVariable ids = graph.input("ids", DataType.INT32, 3);
    var embeddings = new BertEmbeddings(5, 7, 1, 2, 1, BertEmbeddings.Numbering.WORDS, 0, 0);
    embeddings.apply(graph.root(), ids, ids.mul(0));
    String positions = graph.activations().get("position_embeddings").name();
    assertThat(embeddings.longest()).isEqualTo(5);
    try (Program program = Engine.COMPILED.inference(graph.sameDiff(), List.of(positions))) {
      INDArray rows =
          program.run(Map.of("ids", Nd4j.createFromArray(new int[][] {{1, 4, 2}}))).get(positions);
      assertThat(rows.ravel().toFloatVector()).containsExactly(0, 0, 1, 0, 3, 0);
    }
  }
}
