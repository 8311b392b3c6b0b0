package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SoftSplitTest {

  private static INDArray split(SoftSplit split, INDArray map) {
    return LayerCheck.run(split, LayerCheck.parameters(DataType.FLOAT), Phase.EVAL, map);
  }

  /** Two channels of 3 x 3 pixels, numbered; patches of 2 x 2 that share a row and a column. */
  @Test
  void patchesOverlapAndStandRowByRow() {
    INDArray map = Nd4j.arange(1, 19).reshape(1, 2, 3, 3);
    INDArray expected =
        Nd4j.createFromArray(
                new double[][] {
                  {1, 2, 4, 5},
                  {2, 3, 5, 6},
                  {4, 5, 7, 8},
                  {5, 6, 8, 9},
                  {10, 11, 13, 14},
                  {11, 12, 14, 15},
                  {13, 14, 16, 17},
                  {14, 15, 17, 18}
                })
            .reshape(1, 8, 4);
    LayerCheck.assertClose(split(new SoftSplit(2, 1, 0), map), expected, 1e-7, "patches");
  }

  /** 2 x 2 pixels in a frame of zeros; the fourth column and row fit no patch. */
  @Test
  void paddingIsZeroAndWhatFitsNoPatchIsLeftOut() {
    INDArray map = Nd4j.createFromArray(1.0, 2, 3, 4).reshape(1, 1, 2, 2);
    INDArray expected = Nd4j.createFromArray(0.0, 0, 0, 0, 1, 2, 0, 3, 4).reshape(1, 9, 1);
    LayerCheck.assertClose(split(new SoftSplit(3, 2, 1), map), expected, 1e-7, "patch");
  }

  @Test
  void aMapSmallerThanAPatchIsRejected() {
    assertThat(new SoftSplit(7, 4, 2).out(3)).isEqualTo(1);
    assertThatThrownBy(() -> new SoftSplit(7, 4, 2).out(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 3, not 2");
  }
}
