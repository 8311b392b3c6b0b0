package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.layers.BatchNorm2d;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.ConvHeadPooling;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Logits;
import org.sotdl4j.layers.MapAndTokens;
import org.sotdl4j.layers.MapAttention;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.SoftSplit;
import org.sotdl4j.layers.SuperTokenAttention;
import org.sotdl4j.layers.SvPn;

/** Single layers in networks that are otherwise DL4J's own. */
class RecordLayerTest {

  private static final int CLASSES = 3;

  private static MultiLayerNetwork network(
      IUpdater updater,
      long[] shape,
      List<? extends org.deeplearning4j.nn.conf.layers.Layer> layers) {
    var list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(updater)
            .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
            .gradientNormalizationThreshold(1e-3)
            .list();
    layers.forEach(list::layer);
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.setInputType(InputTypes.of(shape)).build());
    network.init();
    return network;
  }

  private static INDArray noise(long... shape) {
    Nd4j.getRandom().setSeed(5);
    return Nd4j.randn(DataType.FLOAT, shape);
  }

  private static INDArray labels(int batch) {
    INDArray labels = Nd4j.create(DataType.FLOAT, batch, CLASSES);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        arguments(new MultiHeadAttention(6, 2, true, 0.1, 0.2), new long[] {5, 6}),
        arguments(new SoftSplit(3, 2, 1), new long[] {2, 5, 7}),
        arguments(new MapAndTokens.Joined(new ConvHeadPooling(3, 6, 2), 2), new long[] {2 + 25, 3}),
        arguments(
            new SuperTokenAttention(6, 2, 2, 1, new MapAttention(6, 2, true, 0, 0)),
            new long[] {6, 5, 7}),
        arguments(new MultiHeadPooling(6, 2, 5, false, SvPn.standard(5), 0.1), new long[] {7, 6}),
        arguments(SvPn.standard(5), new long[] {7, 5}),
        arguments(
            new Logits(
                new Classifier(6, new MultiHeadPooling(6, 2, 5, false, SvPn.standard(5), 0)), 4),
            new long[] {1 + 7, 6}));
  }

  /** The layer, and what makes a vector of what it gives. */
  private static List<org.deeplearning4j.nn.conf.layers.Layer> withPooling(
      Layer layer, long[] shape) {
    RecordLayer record = new RecordLayer(layer);
    InputType out = record.getOutputType(0, InputTypes.of(shape));
    return switch (out) {
      case InputType.InputTypeFeedForward _ -> List.of(new RecordLayer(layer));
      case InputType.InputTypeRecurrent tokens ->
          List.of(
              new RecordLayer(layer),
              new RecordLayer(new GlobalAveragePooling((int) tokens.getSize())));
      default -> List.of(new RecordLayer(layer), new GlobalPoolingLayer.Builder().build());
    };
  }

  @ParameterizedTest
  @MethodSource("layers")
  void itTrainsAndComesBackFromAFile(Layer layer, long[] shape, @TempDir Path folder)
      throws Exception {
    MultiLayerNetwork network = network(new Adam(1e-2), shape, withPooling(layer, shape));
    INDArray x =
        noise(
            shape.length == 2
                ? new long[] {6, shape[0], shape[1]}
                : new long[] {6, shape[0], shape[1], shape[2]});
    network.fit(x, labels(6));
    double before = network.score();
    File file = folder.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file, true);
    assertThat(restored.output(x)).isEqualTo(network.output(x));
    for (int i = 0; i < 20; i++) {
      network.fit(x, labels(6));
      restored.fit(x, labels(6));
      assertThat(restored.score()).isEqualTo(network.score());
    }
    assertThat(restored.params()).isEqualTo(network.params());
    assertThat(network.score()).isLessThan(before);
  }

  @Test
  void runningStatisticsMoveAsInPyTorchWhateverIsClipped() {
    MultiLayerNetwork network =
        network(
            new Sgd(1),
            new long[] {2, 3, 5},
            List.of(new RecordLayer(new BatchNorm2d(2)), new GlobalPoolingLayer.Builder().build()));
    INDArray x = noise(4, 2, 3, 5).muli(3).addi(7);
    network.feedForward(x, false); // what evaluates must see the statistics move
    network.fit(x, labels(4));
    Map<String, INDArray> state = network.getLayer(0).paramTable();
    INDArray values = x.permute(1, 0, 2, 3).reshape(2, 60);
    Near.check(state.get("running-mean"), values.mean(1).mul(0.1), 1e-5, "mean");
    Near.check(state.get("running-var"), values.var(1).mul(0.1).add(0.9), 1e-5, "variance");
    assertThat(state.get("num-batches-tracked").getDouble(0)).isEqualTo(1);
    assertThat(state.get("weight").sub(1).amaxNumber().doubleValue()).isBetween(1e-6, 1.001e-3);
    INDArray normalised = network.feedForward(x, false).get(1);
    INDArray scale = state.get("weight").div(Transforms.sqrt(state.get("running-var").add(1e-5)));
    INDArray expected =
        x.sub(state.get("running-mean").reshape(1, 2, 1, 1))
            .mul(scale.reshape(1, 2, 1, 1))
            .add(state.get("bias").reshape(1, 2, 1, 1));
    Near.check(normalised, expected, 1e-5, "evaluation");
  }

  @Test
  void droppingIsForTrainingOnlyAndDiffersFromStepToStepAndLayerToLayer() {
    MultiLayerNetwork network =
        network(
            new Sgd(0),
            new long[] {50},
            List.of(new RecordLayer(new Dropout(0.5)), new RecordLayer(new Dropout(0.5))));
    INDArray ones = Nd4j.ones(DataType.FLOAT, 1, 50);
    assertThat(network.feedForward(ones, false).get(2)).isEqualTo(ones);
    INDArray first = network.feedForward(ones, true).get(2).dup();
    assertThat(first.sub(1).amaxNumber().doubleValue()).isGreaterThan(2);
    assertThat(network.feedForward(ones, true).get(2)).isEqualTo(first);
    network.fit(ones, labels(1));
    assertThat(network.feedForward(ones, true).get(2)).isNotEqualTo(first);
  }

  @Test
  void itHeedsDl4jsDropoutAndRegularization() {
    RecordLayer attention = new RecordLayer(new MultiHeadAttention(6, 2, true));
    attention.setIDropout(new org.deeplearning4j.nn.conf.dropout.Dropout(0.5));
    attention.setRegularization(List.of(new L2Regularization(2)));
    MultiLayerNetwork network =
        network(
            new Sgd(0.1),
            new long[] {5, 6},
            List.of(attention, new RecordLayer(new GlobalAveragePooling(6))));
    INDArray x = noise(4, 5, 6);
    assertThat(network.feedForward(x, true).get(1))
        .isNotEqualTo(network.feedForward(x, false).get(1));
    INDArray weight = network.getParam("0_qkv.weight");
    double length = weight.norm2Number().doubleValue();
    assertThat(network.calcRegularizationScore(true)).isPositive();
    network.fit(x, labels(4));
    assertThat(weight.norm2Number().doubleValue()).isLessThan(length);
    network.setLearningRate(0);
    INDArray before = weight.dup();
    network.fit(x, labels(4));
    assertThat(weight).isEqualTo(before);
  }

  @Test
  void whatCannotBeIsSaidInOneSentence() {
    Layer lambda = (scope, x) -> x;
    assertThatThrownBy(() -> new RecordLayer(lambda)).hasMessageContaining("cannot be a layer");
    assertThatThrownBy(() ->
            new RecordLayer(new MultiHeadAttention(6, 2, true))
                .getOutputType(0, InputType.recurrent(6, 5)))
        .hasMessageContaining("NWC");
    RecordLayer shapeless = new RecordLayer(new MultiHeadAttention(6, 2, true));
    assertThatThrownBy(() -> shapeless.initializer().numParams(shapeless))
        .hasMessageContaining("setInputTypes");
  }
}
