package org.sotdl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.BatchNorm2d;
import org.sotdl4j.layers.DepthwiseConv2d;
import org.sotdl4j.layers.Embedding;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.TanhGelu;

/** Layers that become few nodes. */
class FusionsTest {

  static {
    Nd4j.getRandom().setSeed(1);
  }

  /** The graph of a layer, once it agrees with SameDiff. */
  private static GraphProto graph(Layer layer, long... shape) {
    Parameters.Source random = (p, _) -> p.array().assign(Nd4j.rand(p.array().shape()).addi(0.5));
    Graph graph = Graph.create(new Parameters(DataType.FLOAT, random), Phase.EVAL);
    SDVariable y = layer.apply(graph.root().child("part"), graph.input("x", shape));
    return graph(graph.sameDiff(), y.name(), shape);
  }

  private static GraphProto graph(SameDiff sd, String output, long... shape) {
    OnnxModel model =
        new OnnxExport("layer", List.of(output), Precision.AS_IN_GRAPH, Map.of()).of(sd);
    long[] three = new long[shape.length + 1];
    three[0] = 3;
    System.arraycopy(shape, 0, three, 1, shape.length);
    INDArray x = Nd4j.rand(DataType.FLOAT, three).subi(0.5);
    INDArray expected = sd.output(Map.of("x", x), output).get(output);
    assertThat(Ort.run(model, x).equalsWithEps(expected, 1e-4)).isTrue();
    return Structure.check(model).getGraph();
  }

  private static List<String> ops(GraphProto graph) {
    return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  private static List<String> tensors(GraphProto graph) {
    return graph.getInitializerList().stream().map(TensorProto::getName).toList();
  }

  @Test
  void layerNorm() {
    GraphProto graph = graph(new LayerNorm(7, 1e-3), 5, 7);
    assertThat(ops(graph)).containsExactly("LayerNormalization");
    assertThat(tensors(graph)).containsExactly("part.weight", "part.bias");
    assertThat(graph.getNode(0).getAttribute(1).getF()).isEqualTo(1e-3f);
  }

  @Test
  void gelu() {
    assertThat(ops(graph(new Gelu(), 5, 7))).containsExactly("Gelu");
  }

  @Test
  void tanhGelu() {
    assertThat(ops(graph(new TanhGelu(), 5, 7))).containsExactly("Gelu");
  }

  @Test
  void embedding() {
    Layer rowsByNumber =
        (scope, x) -> {
          SDVariable numbers = scope.sd().math.sign(scope.sd().nn.relu(x, 0));
          return new Embedding(3, 7, -1).apply(scope, numbers);
        };
    GraphProto graph = graph(rowsByNumber, 5);
    assertThat(ops(graph)).containsExactly("Relu", "Sign", "Cast", "Reshape", "Gather", "Reshape");
    assertThat(tensors(graph)).contains("part.weight");
  }

  @Test
  void batchNorm() {
    GraphProto graph = graph(new BatchNorm2d(5), 5, 7, 11);
    assertThat(ops(graph)).containsExactly("BatchNormalization");
    assertThat(tensors(graph))
        .containsExactlyInAnyOrder(
            "part.weight", "part.bias", "part.running_mean", "part.running_var");
  }

  @Test
  void linear() {
    GraphProto graph = graph(new Linear(7, 3), 5, 7);
    assertThat(ops(graph)).containsExactly("Reshape", "Gemm", "Reshape");
    assertThat(tensors(graph)).contains("part.weight", "part.bias");
  }

  @Test
  void convolutionsTakeTheWeightsAsTheyAre() {
    GraphProto graph = graph(new DepthwiseConv2d(5, 2, 3, 1, 1), 5, 7, 11);
    assertThat(ops(graph)).containsExactly("Conv");
    assertThat(tensors(graph)).containsExactly("part.weight", "part.bias");
  }

  @Test
  void attention() {
    assertThat(ops(graph(new MultiHeadAttention(14, 2, true), 5, 14)))
        .containsExactly(
            "Reshape",
            "Gemm",
            "Reshape",
            "Transpose",
            "Split",
            "Squeeze",
            "Squeeze",
            "Squeeze",
            "Transpose",
            "MatMul",
            "Mul",
            "Softmax",
            "MatMul",
            "Transpose",
            "Reshape",
            "Gemm",
            "Reshape");
  }

  @Test
  void whatElseIsReadStays() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    SDVariable erf = sd.math.erf(x.mul(Math.sqrt(0.5)));
    SDVariable y = x.mul(erf.add(1).mul(0.5)).add(erf);
    assertThat(ops(graph(sd, y.name(), 5))).containsExactly("Mul", "Erf", "Gelu", "Add");
  }

  @Test
  void aNormOverOtherAxesIsNoLayerNorm() {
    Layer overTokens =
        (Scope scope, SDVariable x) -> {
          SDVariable centred = x.sub(x.mean(true, 1));
          SDVariable variance = centred.mul(centred).mean(true, 1);
          return centred
              .div(scope.sd().math.sqrt(variance.add(1e-3)))
              .mul(scope.parameter("weight", (a, r) -> {}, 7))
              .add(scope.parameter("bias", (a, r) -> {}, 7));
        };
    assertThat(ops(graph(overTokens, 5, 7))).doesNotContain("LayerNormalization");
  }
}
