package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@code sot verify} compares the values with timm's; here is what holds for any table. */
class PositionResizingTest {

  private static final String TABLE = "layers.0.blocks.0.attn.relative_position_bias_table";

  @ParameterizedTest
  @CsvSource({"0, 5, 7", "1, 5, 3", "2, 3, 7", "2, 1, 5"})
  void firstTokensStayAndAConstantGridStaysConstant(int prefix, int from, int to) {
    INDArray saved = Nd4j.ones(DataType.FLOAT, 1, prefix + (long) from * from, 3);
    for (int i = 0; i < prefix; i++) {
      saved.putScalar(new int[] {0, i, 1}, 10 + i);
    }
    INDArray resized = PositionResizing.resize("pos_embed", saved, 1, prefix + (long) to * to, 3);
    assertThat(resized.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(resized.shape()).containsExactly(1, prefix + (long) to * to, 3);
    for (int i = 0; i < resized.size(1); i++) {
      assertThat(resized.getDouble(0, i, 0)).isEqualTo(1, within(1e-6));
      assertThat(resized.getDouble(0, i, 1)).isEqualTo(i < prefix ? 10 + i : 1, within(1e-6));
    }
  }

  @Test
  void aMapIsResizedInBothDirections() {
    INDArray saved = Nd4j.arange(15).castTo(DataType.DOUBLE).reshape(1, 1, 5, 3);
    INDArray resized = PositionResizing.resize("pos_embed", saved, 1, 1, 10, 6);
    assertThat(resized.shape()).containsExactly(1, 1, 10, 6);
    // Linear in the middle, where the border is out of reach: rows lie 3 apart, columns 1.
    assertThat(resized.getDouble(0, 0, 5, 2) - resized.getDouble(0, 0, 4, 2))
        .isEqualTo(1.5, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"3, 5", "7, 12", "7, 3", "1, 3"})
  void relativePositionsKeepTheirMiddleAndSymmetry(int from, int to) {
    int side = 2 * from - 1;
    INDArray saved = Nd4j.create(DataType.DOUBLE, (long) side * side, 1);
    for (int i = 0; i < saved.length(); i++) {
      int dy = Math.abs(i / side - from + 1);
      int dx = Math.abs(i % side - from + 1);
      saved.putScalar(i, 7 - dy - 0.5 * dx);
    }
    int newSide = 2 * to - 1;
    INDArray resized = PositionResizing.resize(TABLE, saved, (long) newSide * newSide, 1);
    long last = resized.length() - 1;
    assertThat(resized.getDouble(last / 2)).isEqualTo(7, within(1e-6));
    assertThat(resized.getDouble(0)).isEqualTo(resized.getDouble(last), within(1e-6));
    assertThat(PositionResizing.bicubicTable(saved, (long) newSide * newSide, 1).getDouble(0))
        .isEqualTo(
            PositionResizing.bicubicTable(saved, (long) newSide * newSide, 1).getDouble(last),
            within(1e-6));
  }

  @Test
  void whatHasTheShapeStaysAsItIs() {
    INDArray saved = Nd4j.rand(1, 17, 3);
    assertThat(PositionResizing.resize("pos_embed", saved, 1, 17, 3)).isSameAs(saved);
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    assertMisfit("pos_embed", Nd4j.ones(1, 17, 3), 1, 26, 4); // another width
    assertMisfit("pos_embed", Nd4j.ones(1, 17, 3), 1, 27, 3); // another number of first tokens
    assertMisfit("pos_embed", Nd4j.ones(1, 19, 3), 1, 26, 3); // no grid
    assertMisfit("pos_embed", Nd4j.ones(1, 16, 3), 1, 3, 5, 5); // another rank
    assertMisfit("head.weight", Nd4j.ones(9, 3), 25, 3); // no positions
    assertMisfit(TABLE, Nd4j.ones(16, 3), 25, 3); // an even side
  }

  private static void assertMisfit(String name, INDArray saved, long... newShape) {
    assertThatThrownBy(() -> PositionResizing.resize(name, saved, newShape))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The positions " + name + " of shape [")
        .hasMessageContaining("cannot be resized to [");
  }
}
