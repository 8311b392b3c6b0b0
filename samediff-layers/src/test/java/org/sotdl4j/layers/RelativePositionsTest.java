package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RelativePositionsTest {

  @Test
  void theBiasIsTheTableAtTheIndex() {
    var positions = new RelativePositions(2, 3, 1);
    INDArray table = Nd4j.arange(15).castTo(DataType.FLOAT).reshape(15, 1);
    Parameters parameters =
        new Parameters(
            DataType.FLOAT,
            (parameter, initializer) -> {
              initializer.fill(parameter.array(), new CounterRandom(1));
              if (parameter.trainable()) {
                parameter.array().assign(table);
              }
            });
    // Added to a zero for each pair of tokens.
    INDArray bias =
        LayerCheck.run(
            (s, x) -> x.add(positions.bias(s)), parameters, Phase.EVAL, Nd4j.zeros(1, 6, 6));
    INDArray index = parameters.get("relative_position_index");
    assertThat(index.dataType()).isEqualTo(DataType.INT64);
    assertThat(bias.reshape(36).toIntVector()).isEqualTo(index.reshape(36).toIntVector());
    // Token 0 sees itself at the offset (0, 0), in the middle, and token 5 at (-1, -2), first.
    assertThat(List.of(index.getInt(0, 0), index.getInt(0, 5), index.getInt(5, 0)))
        .containsExactly(7, 0, 14);
  }
}
