package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Second-order pooling at values that one computes by hand. */
class SecondOrderTest {

  @Test
  void newtonAndSchulzFindTheRoot() {
    INDArray root = run(new MatrixSquareRoot(20), new double[][][] {{{5, 4}, {4, 5}}});
    assertThat(values(root)).containsExactly(new double[] {2, 1, 1, 2}, within(1e-9));
  }

  @Test
  void oneIterationIsOneStepFromTheTrace() {
    // Of A / 4 = diag(3/4, 1/4): A / 4 (3 I - A / 4) / 2, times the root of the trace 4.
    INDArray root = run(new MatrixSquareRoot(1), new double[][][] {{{3, 0}, {0, 1}}});
    assertThat(values(root))
        .containsExactly(new double[] {27.0 / 16, 0, 0, 11.0 / 16}, within(1e-12));
  }

  @Test
  void theUpperTriangleGoesRowByRow() {
    INDArray triangle =
        run(new UpperTriangle(), new double[][][] {{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}});
    assertThat(triangle.shape()).containsExactly(1, 6);
    assertThat(values(triangle)).containsExactly(1, 2, 3, 5, 6, 9);
  }

  @Test
  void aMeanForEachChannelOrOneForAll() {
    double[][][] x = {{{1, 10}, {3, 20}}};
    assertThat(covariance(Covariance.Centering.PER_CHANNEL, x)).containsExactly(1, 5, 5, 25);
    assertThat(covariance(Covariance.Centering.NONE, x)).containsExactly(5, 35, 35, 250);
    // The mean of all is 8.5.
    assertThat(covariance(Covariance.Centering.OVERALL, x))
        .containsExactly(43.25, -37.25, -37.25, 67.25);
  }

  private static double[] covariance(Covariance.Centering centering, double[][][] x) {
    return values(run((s, y) -> new Covariance(centering).cross(s, y, y), x));
  }

  @Test
  void aFreshNonLocalBlockPassesTheShortcut() {
    INDArray x = LayerCheck.values("x", 2, 3, 5, 2);
    Parameters fresh = new Parameters(DataType.DOUBLE, Parameters.Source.seeded(1));
    Layer block = new NonLocalBlock(3, 2, 3, false, false);
    LayerCheck.assertClose(LayerCheck.run(block, fresh, Phase.EVAL, x), x, 1e-12, "output");
  }

  @Test
  void poolingsTellTheirWidths() {
    // The root of 2 * 6 * 14^2 is 48.5.
    assertThat(GlobalCovariancePooling.comparable(240, 6, 14).out()).isEqualTo(48 * 49 / 2);
    assertThat(NormalizedPooling.standard(384, 64, 48, 0.5).out()).isEqualTo(64 * 48);
    var both = new ReducedCovariance(24, List.of(7), true);
    assertThat(NormalizedPooling.secondOrder(both, VectorisedNorm.squareRoot(3)).out())
        .isEqualTo(28);
  }

  @Test
  void aPictureWithoutRoomForATokenIsRefused() {
    Layer tokens = new DenseNetTokens(8, false, 1, 2, 4, true).embedding(14, 3, 5);
    INDArray picture = LayerCheck.values("x", 1, 3, 14, 14);
    Parameters parameters = LayerCheck.parameters(DataType.DOUBLE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerCheck.run(tokens, parameters, Phase.EVAL, picture))
        .withMessage("a map of 1 x 1 pixels is too small to be pooled by 2");
  }

  private static INDArray run(Layer layer, double[][][] x) {
    return LayerCheck.run(
        layer, LayerCheck.parameters(DataType.DOUBLE), Phase.EVAL, Nd4j.createFromArray(x));
  }

  private static double[] values(INDArray array) {
    return array.reshape(array.length()).toDoubleVector();
  }
}
