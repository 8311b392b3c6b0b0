package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FlatTest {

  private final INDArray matrix = Nd4j.rand(DataType.FLOAT, 3, 5);
  private final INDArray count = Nd4j.scalar(7L);
  private final byte[] bytes = Flat.of(List.of(matrix.transpose(), count));

  @Test
  void arraysTravelInTheOrderOfTheirValuesAndCountsAsFloats() {
    Packed.Whole values = new Packed.Whole(bytes);
    float[] floats = new float[values.length()];
    values.copyTo(floats, 0);
    assertThat(floats).hasSize(16).endsWith(7);
    assertThat(floats[1]).isEqualTo(matrix.getFloat(1, 0));

    INDArray transposed = Nd4j.create(DataType.FLOAT, 5, 3);
    INDArray counted = Nd4j.scalar(0L);
    assertThat(Flat.into(List.of(transposed, counted), floats, 0)).isEqualTo(16);
    assertThat(transposed).isEqualTo(matrix.transpose());
    assertThat(counted).isEqualTo(count);
  }

  @Test
  void bytesAreWrittenFromAnyValueOn() {
    INDArray end = Nd4j.create(DataType.FLOAT, 5);
    INDArray counted = Nd4j.scalar(0L);
    assertThat(Flat.into(List.of(end, counted), bytes, 10)).isEqualTo(16);
    assertThat(end.getFloat(4)).isEqualTo(matrix.getFloat(2, 4));
    assertThat(counted).isEqualTo(count);
  }
}
