package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;

class SuperTokenAttentionTest {

  /** The layer with the association of the values that {@link LayerCheck} gives to its input. */
  static SDVariable withFixedAssociation(SuperTokenAttention attention, Scope s, SDVariable x) {
    SuperTokenAttention.Grid grid = attention.grid(s, x);
    SDVariable fixed = s.constant(LayerCheck.values("x", x.getShape()));
    return attention.mix(
        s,
        grid,
        attention.cells(s, grid, x),
        attention.associate(s, grid, attention.cells(s, grid, fixed)));
  }

  /**
   * The layer's gradient is the one with the association held fixed, which {@link GradientsTest}
   * compares with finite differences.
   */
  @ParameterizedTest
  @CsvSource({"2, 3, 1, 6, 6", "2, 3, 3, 7, 5"})
  void theAssociationIsAConstantForTheGradient(
      int cellHeight, int cellWidth, int iterations, int height, int width) {
    var refinement = new MapAttention(6, 2, true, 0, 0);
    var attention = new SuperTokenAttention(6, cellHeight, cellWidth, iterations, refinement);
    long[] shape = {2, 6, height, width};
    for (Engine engine : Engine.values()) {
      INDArray gradient = gradient(engine, attention, shape);
      INDArray fixed = gradient(engine, (s, x) -> withFixedAssociation(attention, s, x), shape);
      LayerCheck.assertClose(gradient, fixed, 1e-12, engine.name());
    }
  }

  private static INDArray gradient(Engine engine, Layer layer, long[] shape) {
    Graph graph = Graph.create(LayerCheck.parameters(DataType.DOUBLE), Phase.TRAIN);
    SDVariable y =
        layer.apply(graph.root(), graph.sameDiff().var("x", LayerCheck.values("x", shape)));
    SDVariable loss = y.mul(y).sum();
    try (Program program = engine.training(graph.sameDiff(), loss.name(), List.of(y.name()))) {
      return program.run(Map.of()).get(Program.gradient("x")).dup();
    }
  }

  /**
   * One super token and products of almost 0: it is its pixels' mean, and gives each pixel a ninth
   * of it; the other shares are of neighbours that are not there.
   */
  @Test
  void neighboursBeyondTheBorderTakeTheirShare() {
    INDArray x = Nd4j.zeros(DataType.DOUBLE, 1, 2, 2, 3);
    x.putScalar(new int[] {0, 0, 1, 2}, 54e-9);
    x.putScalar(new int[] {0, 1, 0, 0}, 108e-9);
    var attention = new SuperTokenAttention(2, 2, 3, 1, new SuperTokenRefinement.None());
    Parameters parameters = new Parameters(DataType.DOUBLE, Parameters.Source.seeded(1));
    INDArray y = LayerCheck.run(attention, parameters, Phase.EVAL, x);
    assertThat(y.mul(1e9).reshape(12).toDoubleVector())
        .containsExactly(new double[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, within(1e-6));
  }
}
