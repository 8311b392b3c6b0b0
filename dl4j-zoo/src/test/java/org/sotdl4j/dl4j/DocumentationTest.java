package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sotdl4j.layers.MapAttention;
import org.sotdl4j.layers.SuperTokenAttention;
import org.sotdl4j.zoo.Setup;

/** The code in README.md and docs/dl4j.md is the code here, which runs. */
class DocumentationTest {

  /** Text without what the formatter decides. */
  private static String text(Path file) throws Exception {
    return Files.readString(file).replaceAll("\\s+", "");
  }

  @Test
  void itIsThisFilesCode() throws Exception {
    String here = text(Path.of("src/test/java/org/sotdl4j/dl4j/DocumentationTest.java"));
    for (String file : new String[] {"README.md", "docs/dl4j.md"}) {
      String[] parts = Files.readString(Path.of("..", file)).split("```", -1);
      for (int i = 1; i < parts.length; i += 2) {
        if (parts[i].startsWith("java\nComputationGraph")
            || parts[i].startsWith("java\nMultiLayer")) {
          assertThat(here).as(file).contains(parts[i].substring(4).replaceAll("\\s+", ""));
        }
      }
    }
  }

  @Test
  void theNetworksRun(@TempDir Path folder) throws Exception {
    File file = folder.resolve("sot.zip").toFile();
    DataSetIterator pictures =
        new ListDataSetIterator<>(
            Pictures.batch(4, Setup.of(28, 3, 10), DataType.FLOAT).asList(), 4);
    ComputationGraph network =
        SoT.builder().variant(SoT.Variant.SOT_NANO).numClasses(10).seed(1).build().init();
    network.fit(pictures, 2);
    ModelSerializer.writeModel(network, file, true);
    assertThat(file).isNotEmpty();

    ComputationGraph transferred =
        new TransferLearning.GraphBuilder(network)
            .setFeatureExtractor("norm")
            .removeVertexAndConnections("head")
            .removeVertexAndConnections("output")
            .addLayer(
                "head",
                SoT.builder().variant(SoT.Variant.SOT_NANO).numClasses(3).build().layer("head"),
                "norm")
            .addLayer(
                "output",
                new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
                "head")
            .setOutputs("output")
            .setInputTypes(InputType.convolutional(28, 28, 3))
            .build();
    assertThat(transferred.outputSingle(Nd4j.ones(DataType.FLOAT, 2, 3, 28, 28)).shape())
        .containsExactly(2, 3);

    MultiLayerNetwork small =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new RecordLayer(
                        new SuperTokenAttention(6, 2, 2, 1, new MapAttention(6, 2, true, 0, 0))),
                    new GlobalPoolingLayer.Builder().build(),
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(8, 8, 6))
                .build());
    small.init();
    assertThat(small.output(Nd4j.ones(DataType.FLOAT, 2, 6, 8, 8)).shape()).containsExactly(2, 3);
  }
}
