package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sotdl4j.zoo.Setup;

/** The ways in which DL4J trains, on models of ours. */
class TrainingTest {

  private static final Setup SETUP = Setup.of(28, 3, 2);

  private static DataSetIterator pictures(int batches) {
    List<DataSet> all =
        IntStream.range(0, batches)
            .mapToObj(i -> Pictures.batch(8, SETUP, DataType.FLOAT, i))
            .flatMap(batch -> batch.asList().stream())
            .toList();
    return new ListDataSetIterator<>(all, 8);
  }

  /** With batch norms, so with running statistics. */
  private static ComputationGraph stvit() {
    return STViT.builder()
        .variant(STViT.Variant.STVIT_NANO)
        .numClasses(2)
        .dropPath(0.2)
        .drop(0.1)
        .seed(1)
        .updater(new Adam(1e-3))
        .build()
        .init();
  }

  private static ComputationGraph vit() {
    return DeiT.builder().variant(DeiT.Variant.VIT_NANO).numClasses(2).seed(1).build().init();
  }

  @Test
  void fitAndEvaluate() {
    ComputationGraph network = stvit();
    network.fit(pictures(6), 5);
    assertThat(network.evaluate(pictures(4)).accuracy()).isGreaterThan(0.9);
  }

  @Test
  void aRestoredNetworkGoesOnAsIfItHadNeverStopped(@TempDir Path folder) throws Exception {
    ComputationGraph network = stvit();
    INDArray x = Pictures.batch(5, SETUP, DataType.FLOAT).getFeatures();
    network.outputSingle(x);
    network.fit(pictures(3));
    File file = folder.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file, true);
    DataSetIterator further = pictures(3);
    while (further.hasNext()) {
      DataSet batch = further.next();
      network.fit(batch);
      restored.fit(batch);
      assertThat(restored.score()).isEqualTo(network.score());
    }
    assertThat(restored.params()).isEqualTo(network.params());
    assertThat(restored.outputSingle(x)).isEqualTo(network.outputSingle(x));
  }

  @Test
  void transferLearningKeepsWhatIsFrozenAndTakesANewHead() {
    ComputationGraph network = vit();
    INDArray before = network.getVertex("blocks.1").params().dup();
    ComputationGraph transferred =
        new TransferLearning.GraphBuilder(network)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Adam(1e-2)).build())
            .setFeatureExtractor("blocks.1")
            .removeVertexAndConnections("head")
            .removeVertexAndConnections("output")
            .addLayer(
                "head",
                DeiT.builder().variant(DeiT.Variant.VIT_NANO).numClasses(3).build().layer("head"),
                "norm")
            .addLayer(
                "output",
                new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
                "head")
            .setOutputs("output")
            .setInputTypes(InputType.convolutional(28, 28, 3))
            .build();
    INDArray after = network.getVertex("blocks.3").params().dup();
    assertThat(transferred.getVertex("blocks.3").params()).isEqualTo(after);
    assertThat(transferred.getLearningRate("blocks.3")).isEqualTo(1e-2);
    DataSet batch = Pictures.batch(6, SETUP.withClasses(3), DataType.FLOAT);
    double first = transferred.score(batch);
    for (int i = 0; i < 10; i++) {
      transferred.fit(batch);
    }
    assertThat(transferred.score(batch)).isLessThan(first);
    assertThat(transferred.getVertex("blocks.1").params()).isEqualTo(before);
    assertThat(transferred.getVertex("blocks.3").params()).isNotEqualTo(after);
    assertThat(transferred.outputSingle(batch.getFeatures()).size(1)).isEqualTo(3);
  }

  @Test
  void earlyStopping() {
    var configuration =
        new EarlyStoppingConfiguration.Builder<ComputationGraph>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(new DataSetLossCalculator(pictures(2), true))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<ComputationGraph> result =
        new EarlyStoppingGraphTrainer(configuration, vit(), pictures(4)).fit();
    assertThat(result.getTotalEpochs()).isEqualTo(3);
    assertThat(result.getBestModel().evaluate(pictures(4)).accuracy()).isGreaterThan(0.8);
  }

  @Test
  void parallelWrapperAveragesWorkers() {
    ComputationGraph network = stvit();
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(network).workers(2).averagingFrequency(1).build();
    for (int epoch = 0; epoch < 6; epoch++) {
      wrapper.fit(pictures(6));
    }
    wrapper.shutdown();
    assertThat(network.evaluate(pictures(4)).accuracy()).isGreaterThan(0.9);
  }
}
