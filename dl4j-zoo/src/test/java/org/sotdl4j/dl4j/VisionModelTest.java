package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Losses;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;
import org.sotdl4j.layers.RunningStatistics;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

/** What every model is in DL4J: the same network as our graph of it. */
class VisionModelTest {

  private static final long SEED = 7;

  private static Stream<String> models(String glob) {
    return Zoo.list(glob).stream()
        .filter(entry -> entry.architecture() instanceof Model)
        .map(ModelEntry::name);
  }

  static Stream<String> nanos() {
    return models("*_nano*");
  }

  @Test
  void theVariantsAreModelsOfOurZoo() {
    List<Enum<?>[]> families =
        List.of(
            SoT.Variant.values(),
            SoViT.Variant.values(),
            DeiT.Variant.values(),
            T2TViT.Variant.values(),
            PiT.Variant.values(),
            STViT.Variant.values(),
            Swin.Variant.values());
    assertThat(models("*").toList())
        .containsAll(
            families.stream()
                .flatMap(Arrays::stream)
                .map(variant -> variant.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @Test
  void aFamilyIsBuiltAsDl4jsModelsAre() {
    SoT model =
        SoT.builder()
            .variant(SoT.Variant.SOT_NANO)
            .inputShape(1, 28, 28)
            .numClasses(3)
            .seed(1)
            .build();
    ComputationGraph network = model.init();
    assertThat(network.getConfiguration().getVertices().keySet())
        .containsExactly("embedding", "blocks.0", "blocks.1", "norm", "head", "output");
    INDArray pictures =
        Pictures.batch(2, Zoo.get("sot_nano").model().setup().withChannels(1), DataType.FLOAT)
            .getFeatures();
    assertThat(network.outputSingle(pictures).shape()).containsExactly(2, 3);
    assertThat(network.outputSingle(pictures).sum(1).sub(1).amaxNumber().doubleValue())
        .isLessThan(1e-4);
    assertThatThrownBy(() -> SoT.builder().inputShape(3, 28, 32).build())
        .hasMessageContaining("not [3, 28, 32]");
    assertThatThrownBy(() -> model.layer("blocks.2"))
        .hasMessageContaining("blocks.2; there are [embedding, blocks.0, blocks.1, norm, head]");
    assertThatThrownBy(() -> VisionModel.of("bert_base").build().conf())
        .hasMessageContaining("reads texts");
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void itHasTheLogitsOfOurGraph(String name) {
    Model model = Zoo.get(name).model();
    ComputationGraph network = VisionModel.of(name).seed(SEED).build().init();
    INDArray pictures = Pictures.batch(3, model.setup(), DataType.FLOAT).getFeatures();
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(SEED));
        Program program =
            Engine.STOCK.inference(
                ModelGraph.of(model, parameters, Phase.EVAL).graph().sameDiff(),
                List.of(ModelGraph.LOGITS))) {
      Near.check(
          network.feedForward(pictures, false).get(ModelPart.HEAD),
          program.run(Map.of(ModelGraph.IMAGE, pictures)).get(ModelGraph.LOGITS),
          1e-4,
          "logits");
    }
  }

  /** At a learning rate of 1 the change of a weight is its gradient. */
  @ParameterizedTest
  @MethodSource("nanos")
  void aStepHasTheGradientsAndRunningStatisticsOfOurGraph(String name) {
    Model model = Zoo.get(name).model().with(Zoo.get(name).model().setup().withDropPath(0.2));
    ComputationGraph network =
        VisionModel.of(model)
            .seed(SEED)
            .updater(new Sgd(1))
            .dataType(DataType.DOUBLE)
            .build()
            .init();
    DataSet batch = Pictures.batch(3, model.setup(), DataType.DOUBLE);
    try (Parameters parameters = new Parameters(DataType.DOUBLE, Parameters.Source.seeded(SEED));
        Parameters found = new Parameters(DataType.DOUBLE, Parameters.Source.uninitialized())) {
      double loss = step(model, parameters, batch);
      network.fit(batch);
      assertThat(network.score()).isCloseTo(loss, within(1e-8));
      var _ = ModelGraph.of(model, found, Phase.EVAL);
      Weights.copy(network, found);
      for (Parameter parameter : parameters) {
        Near.check(found.get(parameter.name()), parameter.array(), 1e-6, parameter.name());
      }
    }
  }

  /** Does with SameDiff what the network should do. */
  private static double step(Model model, Parameters parameters, DataSet batch) {
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.TRAIN);
    SDVariable targets = graph.graph().input(ModelGraph.TARGETS, model.classes());
    String loss = Losses.crossEntropy(graph.graph().root(), graph.logits(), targets).name();
    List<RunningStatistics> norms = graph.graph().runningStatistics();
    List<String> outputs = norms.stream().flatMap(n -> Stream.of(n.mean(), n.variance())).toList();
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put(ModelGraph.IMAGE, batch.getFeatures());
    inputs.put(ModelGraph.TARGETS, batch.getLabels());
    for (RandomSite site : graph.graph().randomSites()) {
      var random = CounterRandom.of(SEED, site.name(), 0, 0);
      inputs.put(site.name(), site.mask(DataType.DOUBLE, batch.numExamples(), random));
    }
    try (Program program = Engine.STOCK.training(graph.graph().sameDiff(), loss, outputs)) {
      Map<String, INDArray> results = program.run(inputs);
      norms.forEach(norm -> norm.update(parameters, results, batch.numExamples()));
      parameters
          .trainable()
          .filter(p -> results.get(Program.gradient(p.name())) != null)
          .forEach(p -> p.array().subi(results.get(Program.gradient(p.name()))));
      return results.get(loss).getDouble(0);
    }
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void itsDescriptionComesBackFromJson(String name) {
    ComputationGraphConfiguration conf = VisionModel.of(name).build().conf();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
  }

  @Test
  void allModelsCanBeJson() {
    assertThat(models("*"))
        .allSatisfy(name -> {
          ModelPart head = new ModelPart(Zoo.get(name).model(), ModelPart.HEAD);
          assertThat(LayerJson.read(LayerJson.write(head))).isEqualTo(head);
        });
  }
}
