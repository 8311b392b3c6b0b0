package org.sotdl4j.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.AvgPool2d;
import org.sotdl4j.layers.BatchNorm2d;
import org.sotdl4j.layers.Conv2d;
import org.sotdl4j.layers.DepthwiseConv2d;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.Embedding;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MaxPool2d;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.Relu;
import org.sotdl4j.layers.SoftSplit;
import org.sotdl4j.layers.Swish;
import org.sotdl4j.layers.TanhGelu;
import org.sotdl4j.layers.WindowAttention;

/**
 * Kernels of the GPU, which g++ has compiled for the CPU, against SameDiff's own ops, at odd sizes.
 */
class LayersOnHostTest {

  @BeforeAll
  static void requireCompiler() {
    assumeTrue(HostCompiler.isThere(), "g++, which stands in for NVRTC, is not on the PATH");
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        layer(new Linear(5, 3), 7, 5),
        layer(new Linear(13, 67), 301, 13), // rows in two parts
        layer(new Linear(5, 3, false), 2, 7, 5),
        layer(new LayerNorm(5, 1e-5), 2, 3, 5),
        layer(new LayerNorm(301, 1e-6), 131, 301), // more rows than a block adds up
        layer(new Gelu(), 2, 3, 5),
        layer(new TanhGelu(), 2, 3, 5),
        layer(new Swish(), 2, 3, 5),
        layer(new Relu(), 2, 3, 5),
        layer(new EPn(), 2, 3, 5, 7),
        layer(new MultiHeadAttention(6, 3, true), 2, 5, 6),
        layer(new MultiHeadAttention(26, 2, false), 3, 70, 26), // three tiles of keys
        layer(new MultiHeadAttention(128, 2, true), 1, 33, 128),
        layer(new MultiHeadAttention(101, 1, true), 2, 19, 101), // a wide head
        layer(new WindowAttention(new MultiHeadAttention(6, 3, true), 3, 3), 5, 9, 6),
        layer(new Conv2d(3, 5, 3, 2, 1, true), 2, 3, 7, 5),
        layer(new Conv2d(3, 5, 4, 4, 0, true), 2, 3, 9, 8),
        layer(new Conv2d(3, 5, 1, 1, 0, false), 3, 3, 3, 5),
        layer(new DepthwiseConv2d(3, 1, 3, 1, 1), 2, 3, 7, 5),
        layer(new DepthwiseConv2d(3, 2, 4, 3, 1), 2, 3, 7, 11),
        layer(new BatchNorm2d(3), 2, 3, 5, 7),
        layer(new MaxPool2d(3, 2, 1), 2, 3, 7, 5),
        layer(new MaxPool2d(2, 3, 0), 2, 3, 7, 5),
        layer(new AvgPool2d(2, 2), 2, 3, 7, 5),
        layer(new SoftSplit(3, 2, 1), 2, 3, 7, 5),
        layer(new SoftSplit(7, 4, 2), 1, 3, 11, 13));
  }

  private static Arguments layer(Layer layer, long... shape) {
    return Arguments.of(layer, shape);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void trainingIsSameDiffs(Layer layer, long[] shape) {
    compare(layer, Phase.TRAIN, values(shape));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void evaluationIsSameDiffs(Layer layer, long[] shape) {
    compare(layer, Phase.EVAL, values(shape));
  }

  /** A row that is asked for twice adds up both gradients, one that is not there is zeros. */
  @Test
  void lookupsAreSameDiffs() {
    compare(
        new Embedding(7, 5, 0),
        Phase.TRAIN,
        Nd4j.createFromArray(new int[][] {{1, 3, 3}, {6, 0, 1}}));
  }

  private static INDArray values(long... shape) {
    return Nd4j.rand(DataType.FLOAT, shape).subi(0.5).muli(3);
  }

  private static void compare(Layer layer, Phase phase, INDArray x) {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      Graph graph = Graph.create(parameters, phase);
      long[] rest = Arrays.copyOfRange(x.shape(), 1, x.rank());
      SDVariable input =
          x.dataType() == DataType.FLOAT
              ? graph.input("x", rest)
              : graph.input("x", x.dataType(), rest);
      SDVariable y = graph.root().call("layer", layer, input);
      // The gradient by y is another at each place.
      SDVariable loss = y.mul(graph.root().sd().math().tanh(y)).sum("loss");
      Function<Engine, Program> program =
          engine ->
              engine.training(
                  graph.sameDiff(),
                  loss.name(),
                  List.of(y.name()),
                  x.dataType() == DataType.FLOAT ? List.of("x") : List.of());
      Map<String, INDArray> inputs = Map.of("x", x);
      Map<String, INDArray> expected = OnHost.run(() -> program.apply(Engine.STOCK), inputs);
      Supplier<Program> compiled = () -> program.apply(Engine.COMPILED);
      OnHost.assertClose(OnHost.run(new EmulatedGpu(), compiled, inputs), expected, 1e-4);
    }
  }
}
