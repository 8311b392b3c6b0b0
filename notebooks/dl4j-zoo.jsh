// In DL4J: a SoT as a ComputationGraph, trained by DL4J's own fit, saved, restored, and given another head.
//
//   ./sot shell notebooks/dl4j-zoo.jsh -Dsteps=100

import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sotdl4j.dl4j.SoT;

int steps = Integer.getInteger("steps", 100);
int batch = 32;

// Pictures of clothes as DL4J's data sets, prepared as the model wants them.
InputSpec spec = model("sot_nano").input();
List<DataSet> dataSets(Dataset pictures, int count) throws Exception {
  List<DataSet> sets = new ArrayList<>();
  BatchLoader loader = new BatchLoader(
      pictures, Pipeline.evaluation(spec), Pipeline.normalize(spec), batch, 2, 4, BatchLoader.STRICT);
  try (Epoch batches = loader.training(new SplittableRandom(1), SplittableRandom::new, IntStream.range(0, loader.trainingBatches()))) {
    while (batches.hasNext() && sets.size() < count) {
      try (Batch some = batches.next()) {
        sets.add(new DataSet(some.images().dup(), Targets.of(some.labels(), 10, 0)));
      }
    }
  }
  return sets;
}
List<DataSet> clothes = dataSets(BundledFashionMnist.train(), steps);
List<DataSet> unseen = dataSets(BundledFashionMnist.val(), Math.min(steps, 12));

// One vertex for each part, by its official name.
ComputationGraph network = SoT.builder().variant(SoT.Variant.SOT_NANO).numClasses(10).seed(1).build().init();
System.out.println(String.join(" ", network.getConfiguration().getTopologicalOrderStr()));
network.setLearningRate(1e-3);
double first = network.score(clothes.getFirst());
network.fit(new ExistingDataSetIterator(clothes));
System.out.printf("score %.3f, after %d steps %.3f%n", first, clothes.size(), network.score(clothes.getFirst()));
Evaluation answers = network.evaluate(new ExistingDataSetIterator(unseen));
System.out.printf("top-1 on unseen clothes: %.1f %%%n", 100 * answers.accuracy());

// DL4J's file holds network and optimizer.
File file = File.createTempFile("sot", ".zip");
ModelSerializer.writeModel(network, file, true);
ComputationGraph restored = ModelSerializer.restoreComputationGraph(file);
INDArray before = network.outputSingle(unseen.getFirst().getFeatures());
if (!before.equalsWithEps(restored.outputSingle(unseen.getFirst().getFeatures()), 1e-6)) throw new IllegalStateException("restored otherwise");
file.delete();

// Another task on the same body: all up to the last norm stays as it is, a new head for three classes.
ComputationGraph transferred = new TransferLearning.GraphBuilder(network)
    .setFeatureExtractor("norm")
    .removeVertexAndConnections("head")
    .removeVertexAndConnections("output")
    .addLayer("head", SoT.builder().variant(SoT.Variant.SOT_NANO).numClasses(3).build().layer("head"), "norm")
    .addLayer("output", new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(), "head")
    .setOutputs("output")
    .setInputTypes(InputType.convolutional(28, 28, 3))
    .build();
System.out.println("answers of the new head: " + Arrays.toString(transferred.outputSingle(unseen.getFirst().getFeatures()).shape()));
