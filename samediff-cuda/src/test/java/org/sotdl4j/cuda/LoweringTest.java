package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.engine.Engine;

/** Which steps a graph becomes, with their arguments. */
class LoweringTest {

  private static List<Step> steps(SameDiff sd, String output, Map<String, INDArray> inputs) {
    RecordingGpu gpu = new RecordingGpu();
    OnHost.run(gpu, () -> Engine.COMPILED.frozen(sd, List.of(output)), inputs);
    return gpu.steps();
  }

  private static INDArray zeros(long... shape) {
    return Nd4j.zeros(DataType.FLOAT, shape);
  }

  @Test
  void aLinearLayerIsOneProductWithItsBias() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    SDVariable w = sd.var("w", zeros(7, 5));
    SDVariable b = sd.var("b", zeros(7));
    sd.mmul(x, w, false, true, false).add("y", b);
    // x, y, w and b lie one after the other at multiples of 256.
    long base = Recording.BASE;
    assertThat(steps(sd, "y", Map.of("x", zeros(3, 5))))
        .containsExactly(
            new Gemm(
                new Gemm.Size(1, 3, 7, 5),
                new Gemm.Side(base, false, 0),
                new Gemm.Side(base + 512, true, 0),
                base + 256,
                base + 768));
  }

  @Test
  void aFunctionIsOneLaunchOverAllElements() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 100);
    sd.math().exp("y", x);
    List<Step> steps = steps(sd, "y", Map.of("x", zeros(11, 100)));
    long base = Recording.BASE;
    assertThat(steps)
        .containsExactly(
            new Launch(
                "exp_map",
                new Launch.Blocks(5, 1, 1),
                256,
                List.of(
                    new Argument.Address(base),
                    new Argument.Address(0),
                    new Argument.Address(0),
                    new Argument.Float32(0),
                    new Argument.Float32(0),
                    new Argument.Address(base + 4608),
                    new Argument.Int64(1100))));
  }

  /** [2, 3, 5] in the order 2, 0, 1: the innermost axes come first, and 0 and 1 stay two. */
  @Test
  void aPermutationIsACopyWithStrides() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 5);
    sd.permute(x, 2, 0, 1).rename("y");
    List<Step> steps = steps(sd, "y", Map.of("x", zeros(2, 3, 5)));
    assertThat(steps).hasSize(1);
    Launch launch = (Launch) steps.getFirst();
    assertThat(launch.kernel()).isEqualTo("strided_copy");
    assertThat(launch.arguments().get(3))
        .isEqualTo(
            new Argument.Struct(
                List.of(
                    2L, // 2 and 3 are walked as one axis of 6
                    6L, 5L, 1L, 1L, 1L, 1L, //
                    5L, 1L, 0L, 0L, 0L, 0L, //
                    1L, 6L, 0L, 0L, 0L, 0L, //
                    0L, 0L, 0L, 0L, 0L, 0L)));
  }

  @Test
  void whatIsNotWrittenYetIsNamed() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    sd.math().atanh("y", x);
    assertThatThrownBy(() -> steps(sd, "y", Map.of("x", zeros(3, 5))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "The op atanh, which makes y, does not run on a GPU: it is not written for one yet. Use --device cpu");
  }

  @Test
  void doublesAreRefused() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1, 5);
    sd.math().exp("y", x);
    assertThatThrownBy(() -> steps(sd, "y", Map.of("x", Nd4j.zeros(DataType.DOUBLE, 3, 5))))
        .hasMessageContaining("it is of type DOUBLE");
  }
}
