package org.sotdl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Each op by ONNX Runtime against SameDiff, for a batch of one and of three. */
class OpsTest {

  /**
   * An op.
   *
   * @param graph makes its output of the placeholder
   * @param shape of the placeholder without the batch
   */
  record Case(String op, String what, Graph graph, List<Long> shape) {

    @Override
    public String toString() {
      return op + " " + what;
    }
  }

  /** Writes ops that read a placeholder. */
  @FunctionalInterface
  interface Graph {
    SDVariable of(SameDiff sd, SDVariable x);
  }

  private static final List<Case> CASES = new ArrayList<>();

  private static void add(String op, String what, Graph graph, long... shape) {
    CASES.add(new Case(op, what, graph, LongStream.of(shape).boxed().toList()));
  }

  static {
    pointwise();
    sums();
    products();
    windows();
    arrangements();
  }

  private static void pointwise() {
    Map<String, BinaryOperator<SDVariable>> pairs =
        Map.of(
            "add", SDVariable::add,
            "subtract", SDVariable::sub,
            "multiply", SDVariable::mul,
            "divide", SDVariable::div);
    pairs.forEach((op, function) -> {
      add(op, "vector", (sd, x) -> function.apply(x, values(sd, 7)), 5, 7);
      add(op, "column", (sd, x) -> function.apply(x, values(sd, 5, 1)), 5, 7);
    });
    add("add_scalar", "", (sd, x) -> x.add(0.3), 5);
    add("mul_scalar", "", (sd, x) -> x.mul(-1.7), 5);
    add("pow", "", (sd, x) -> sd.math.pow(sd.math.abs(x), 0.4), 5);
    add("rsub_scalar", "", (sd, x) -> x.rsub(0.3), 5);
    add("tanh", "", (sd, x) -> sd.math.tanh(x), 5);
    add("abs", "", (sd, x) -> sd.math.abs(x), 5);
    add("sign", "", (sd, x) -> sd.math.sign(x), 5);
    add("sqrt", "", (sd, x) -> sd.math.sqrt(sd.math.abs(x)), 5);
    add("exp", "", (sd, x) -> sd.math.exp(x), 5);
    add("erf", "", (sd, x) -> sd.math.erf(x), 5);
    add("sigmoid", "", (sd, x) -> sd.nn.sigmoid(x), 5);
    add("relu", "", (sd, x) -> sd.nn.relu(x, 0), 5);
    add("swish", "", (sd, x) -> sd.nn.swish(x), 5);
    add("softmax", "last", (sd, x) -> sd.nn.softmax(x, -1), 5, 7);
    add("softmax", "middle", (sd, x) -> sd.nn.softmax(x, 1), 5, 7);
    add("ClipByValue", "", (sd, x) -> sd.math.clipByValue(x, -0.2, 0.4), 5, 7);
    add("equals_scalar", "", (sd, x) -> whole(sd, x).eq(1).castTo(DataType.FLOAT), 5, 7);
    add("notequals_scalar", "", (sd, x) -> whole(sd, x).neq(1).castTo(DataType.FLOAT), 5, 7);
    add("cast", "", (sd, x) -> whole(sd, x).castTo(DataType.INT32).castTo(DataType.FLOAT), 5);
    add("onehot", "", (sd, x) -> sd.oneHot(whole(sd, x), 3), 5);
    add("zeroslike", "", (sd, x) -> sd.zerosLike(x).add(values(sd, 7)), 5, 7);
    add("stop_gradient", "", (sd, x) -> new StopGradient(sd, x).outputVariable().add(1), 5);
  }

  /** 0 where x is negative, else 1. */
  private static SDVariable whole(SameDiff sd, SDVariable x) {
    return sd.math.sign(sd.nn.relu(x, 0));
  }

  private static void sums() {
    add("reduce_mean", "kept", (sd, x) -> x.mean(true, 2), 5, 7);
    add("reduce_mean", "two axes", (sd, x) -> x.mean(true, 1, 2), 5, 7);
    add("reduce_sum", "dropped", (sd, x) -> x.sum(1), 5, 7);
    add("cumsum", "", (sd, x) -> sd.cumsum(x, 1), 5, 7);
    add("cumsum", "backwards", (sd, x) -> sd.cumsum(x, true, true, 2), 5, 7);
    add("reduce_norm2", "", (sd, x) -> x.norm2(true, 1), 5, 7);
  }

  private static void products() {
    add("matmul", "of matrices", (sd, x) -> sd.mmul(x, values(sd, 3, 5), false, true, false), 5);
    add("matmul", "plain", (sd, x) -> sd.mmul(x, values(sd, 5, 3)), 5);
    add("matmul", "with bias", (sd, x) -> sd.mmul(x, values(sd, 5, 3)).add(values(sd, 3)), 5);
    add("matmul", "by heads", (sd, x) -> sd.mmul(x, x.mul(0.5), false, true, false), 2, 5, 7);
    add("matmul", "turned", (sd, x) -> sd.mmul(x, x.mul(0.5), true, false, false), 5, 7);
  }

  private static void windows() {
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(3)
            .kW(2)
            .sH(2)
            .sW(1)
            .pH(1)
            .pW(1)
            .paddingMode(PaddingMode.VALID)
            .build();
    add(
        "conv2d",
        "",
        (sd, x) -> sd.cnn.conv2d(x, values(sd, 3, 2, 5, 7), values(sd, 7), config),
        5,
        11,
        13);
    add(
        "conv2d",
        "of a permuted weight",
        (sd, x) -> sd.cnn.conv2d(x, values(sd, 7, 5, 3, 2).permute(2, 3, 1, 0), config),
        5,
        11,
        13);
    add(
        "depthwise_conv2d",
        "",
        (sd, x) -> sd.cnn.depthWiseConv2d(x, values(sd, 3, 2, 5, 2), values(sd, 10), config),
        5,
        11,
        13);
    DeConv2DConfig back =
        DeConv2DConfig.builder().kH(3).kW(3).pH(1).pW(1).dataFormat("NCHW").build();
    add("deconv2d", "", (sd, x) -> sd.cnn.deconv2d(x, values(sd, 3, 3, 2, 5), back), 5, 7, 11);
    Pooling2DConfig pooling =
        Pooling2DConfig.builder()
            .kH(3)
            .kW(2)
            .sH(2)
            .sW(1)
            .pH(1)
            .pW(1)
            .paddingMode(PaddingMode.VALID)
            .build();
    add("maxpool2d", "", (sd, x) -> sd.cnn.maxPooling2d(x, pooling), 5, 11, 13);
    add("avgpool2d", "", (sd, x) -> sd.cnn.avgPooling2d(x, pooling), 5, 11, 13);
    add("im2col", "", (sd, x) -> sd.cnn.im2Col(x, config).reshape(-1, 30, 84), 5, 11, 13);
  }

  private static void arrangements() {
    add("reshape", "", (sd, x) -> x.reshape(-1, 7).mul(2).reshape(-1, 5, 7, 1), 5, 7);
    add("permute", "", (sd, x) -> x.permute(0, 2, 1), 5, 7);
    add("permute", "twice", (sd, x) -> x.permute(0, 2, 1).permute(0, 2, 1), 5, 7);
    add("concat", "", (sd, x) -> sd.concat(1, x, x.mul(2)), 5, 7);
    add(
        "split",
        "",
        (sd, x) -> {
          SDVariable[] parts = sd.split(x, 3, 1);
          return parts[0].add(parts[2]);
        },
        6,
        7);
    add(
        "unstack",
        "",
        (sd, x) -> {
          SDVariable[] parts = sd.unstack(x, 1, 3);
          return parts[0].sub(parts[2]);
        },
        3,
        7);
    add(
        "strided_slice",
        "",
        (sd, x) ->
            sd.stridedSlice(
                x,
                new long[] {0, 1, 0},
                new long[] {0, 5, 6},
                new long[] {1, 2, 1},
                0b101,
                0b001,
                0,
                0,
                0),
        5,
        7);
    add("reverse", "", (sd, x) -> sd.reverse(x, 1, 2), 5, 7);
    var widths = Nd4j.createFromArray(new long[][] {{0, 0}, {1, 2}, {0, 3}}).castTo(DataType.INT64);
    add("pad", "", (sd, x) -> sd.nn.pad(x, sd.constant(widths), 0), 5, 7);
  }

  private static SDVariable values(SameDiff sd, long... shape) {
    return sd.var(Nd4j.rand(DataType.FLOAT, shape).addi(0.5));
  }

  static Stream<Case> cases() {
    return CASES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithSameDiff(Case c) {
    Nd4j.getRandom().setSeed(1);
    SameDiff sd = SameDiff.create();
    SDVariable y = c.graph.of(sd, sd.placeHolder("x", DataType.FLOAT, withBatch(-1, c.shape)));
    OnnxModel model =
        new OnnxExport("op", List.of(y.name()), Precision.AS_IN_GRAPH, Map.of()).of(sd);
    Structure.check(model);
    for (long batch : new long[] {1, 3}) {
      INDArray x = Nd4j.rand(DataType.FLOAT, withBatch(batch, c.shape)).muli(2).subi(1);
      INDArray expected = sd.output(Map.of("x", x), y.name()).get(y.name());
      INDArray got = Ort.run(model, x);
      assertThat(got.shape()).isEqualTo(expected.shape());
      assertThat(got.equalsWithEps(expected, 1e-5)).as("%s%n%s", got, expected).isTrue();
    }
  }

  private static long[] withBatch(long batch, List<Long> shape) {
    return LongStream.concat(LongStream.of(batch), shape.stream().mapToLong(n -> n)).toArray();
  }

  @Test
  void coversTheTable() {
    assertThat(CASES).extracting(Case::op).containsAll(Writers.BY_OP.keySet());
  }
}
