package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WindowsTest {

  private static final Windows SHIFTED = new Windows(4, 6, 2, 1);

  private static INDArray run(Layer layer, INDArray x) {
    return LayerCheck.run(layer, LayerCheck.parameters(DataType.FLOAT), Phase.EVAL, x);
  }

  /** Two maps of 4 x 6 tokens; token i of the first has the value i, of the second 100 + i. */
  private static INDArray maps() {
    INDArray first = Nd4j.arange(24).castTo(DataType.FLOAT).reshape(1, 24, 1);
    return Nd4j.concat(0, first, first.add(100));
  }

  @Test
  void shiftedWindowsBeginOneTokenDownAndRight() {
    INDArray windows = run(SHIFTED::cut, maps());
    assertThat(windows.shape()).containsExactly(12, 4, 1);
    assertThat(windows.slice(0).toIntVector()).containsExactly(7, 8, 13, 14);
    assertThat(windows.slice(1).toIntVector()).containsExactly(9, 10, 15, 16);
    // The last window holds the map's four corners.
    assertThat(windows.slice(5).toIntVector()).containsExactly(23, 18, 5, 0);
    assertThat(windows.slice(6).toIntVector()).containsExactly(107, 108, 113, 114);
  }

  @Test
  void joinUndoesCut() {
    INDArray x = maps();
    assertThat(run((s, y) -> SHIFTED.join(s, SHIFTED.cut(s, y)), x)).isEqualTo(x);
  }

  @Test
  void theMaskKeepsBordersApart() {
    INDArray mask = SHIFTED.mask();
    assertThat(mask.shape()).containsExactly(6, 4, 4);
    assertThat(mask.slice(0).sumNumber().doubleValue()).isZero();
    assertThat(mask.slice(2).getRow(0).toIntVector()).containsExactly(0, -100, 0, -100);
    assertThat(mask.slice(3).getRow(0).toIntVector()).containsExactly(0, 0, -100, -100);
    assertThat(mask.slice(5).getRow(0).toIntVector()).containsExactly(0, -100, -100, -100);
  }

  @Test
  void windowsShrinkToAMapThatIsSmaller() {
    assertThat(Windows.of(3, 6, 4, 2)).isEqualTo(new Windows(3, 6, 3, 0));
    assertThat(Windows.of(4, 4, 4, 2)).isEqualTo(new Windows(4, 4, 4, 0));
    assertThat(Windows.of(8, 8, 4, 2)).isEqualTo(new Windows(8, 8, 4, 2));
  }

  @Test
  void windowsMustTileTheMap() {
    assertThatThrownBy(() -> Windows.of(10, 8, 4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Windows of 4 x 4 do not tile a map of 10 x 8");
  }

  @Test
  void mergingTakesNeighboursColumnByColumn() {
    // The reduction takes the first two of the four.
    Parameters parameters =
        new Parameters(
            DataType.FLOAT,
            (parameter, initializer) -> {
              initializer.fill(parameter.array(), new CounterRandom(1));
              if (parameter.name().equals("reduction.weight")) {
                parameter
                    .array()
                    .assign(Nd4j.createFromArray(new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}}));
              }
            });
    INDArray x = Nd4j.createFromArray(new float[] {1, 2, 3, 4, 5, 6, 7, 8}).reshape(1, 8, 1);
    INDArray merged = LayerCheck.run(new PatchMerging(2, 4, 1), parameters, Phase.EVAL, x);
    // Of 1, 2 over 5, 6 the norm makes -1.2, -0.7 over 0.7, 1.2; left ones come first.
    double step = 1 / Math.sqrt(4.25);
    assertThat(merged.getDouble(0, 0, 0)).isCloseTo(-2.5 * step, within(1e-5));
    assertThat(merged.getDouble(0, 0, 1)).isCloseTo(1.5 * step, within(1e-5));
  }
}
