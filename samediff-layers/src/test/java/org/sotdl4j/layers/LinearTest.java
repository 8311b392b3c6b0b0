package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LinearTest {

  private static Parameters begin(Linear.Start start) {
    Parameters parameters = new Parameters(DataType.DOUBLE, Parameters.Source.seeded(1));
    Graph graph = Graph.create(parameters, Phase.TRAIN);
    new Linear(16, 700).apply(graph.root().with(start).child("fc"), graph.input("x", 16));
    return parameters;
  }

  @Test
  void beginsAsVisionTransformersDo() {
    Parameters parameters = begin(Linear.Start.TRUNCATED_NORMAL);
    INDArray weight = parameters.get("fc.weight");
    assertThat(weight.amaxNumber().doubleValue()).isBetween(0.03, 0.04);
    assertThat(weight.meanNumber().doubleValue()).isCloseTo(0, within(1e-3));
    assertThat(parameters.get("fc.bias").amaxNumber().doubleValue()).isZero();
  }

  @Test
  void beginsAsInPyTorchWhereTheScopeSaysSo() {
    Parameters parameters = begin(Linear.Start.UNIFORM);
    for (String name : new String[] {"fc.weight", "fc.bias"}) {
      INDArray values = parameters.get(name);
      assertThat(values.amaxNumber().doubleValue()).as(name).isBetween(0.24, 0.25);
      assertThat(values.meanNumber().doubleValue()).as(name).isCloseTo(0, within(0.02));
    }
  }
}
