package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

/** What every model of the zoo must do. */
class ModelContractTest {

  static Stream<String> all() {
    return Zoo.list("*").stream()
        .filter(entry -> entry.architecture() instanceof Model)
        .map(ModelEntry::name);
  }

  static Stream<String> nanos() {
    return all().filter(name -> name.contains("_nano"));
  }

  static Stream<String> fullSizes() {
    return all().filter(name -> !name.contains("_nano"));
  }

  /** The names of a model's tensors with their shapes. */
  private static Map<String, String> state(Model model) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      Map<String, String> shapes = new TreeMap<>();
      parameters.forEach(p -> shapes.put(p.name(), Arrays.toString(p.array().shape())));
      return shapes;
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void itsDescriptionFitsItsGraph(String name) {
    Model model = Zoo.get(name).model();
    int classes = model.setup().classes();
    assertThat(model.input().size()).isEqualTo(model.setup().imageSize());
    try (Parameters parameters = Parameters.shapesOnly()) {
      ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
      Scope scope = graph.graph().root();
      assertThat(scope.shape(graph.logits())).containsExactly(1, classes);
      long[] features = scope.shape(graph.features());
      assertThat(features).hasSizeBetween(3, 4);
      assertThat(model.classTokens()).isBetween(0, (int) (features.length == 3 ? features[1] : 0));
      assertThat(model.intermediates()).isNotEmpty();
      for (String path : model.intermediates()) {
        assertThat(scope.shape(graph.activation(path))).hasSizeBetween(3, 4);
      }

      LayerGroups groups = model.layerGroups();
      int[] sizes = new int[groups.count()];
      for (Parameter p : parameters.trainable().toList()) {
        sizes[groups.of(p.name())]++;
        boolean ofHead =
            model.classifier().stream().anyMatch(path -> p.name().startsWith(path + "."));
        assertThat(groups.of(p.name()) == groups.count() - 1).as(p.name()).isEqualTo(ofHead);
      }
      assertThat(sizes).doesNotContain(0);
      for (String path : model.classifier()) {
        assertThat(parameters.stream().anyMatch(p -> p.name().startsWith(path + "."))).isTrue();
      }
      for (String last : List.of("cls_token", "pos_embed")) {
        parameters
            .trainable()
            .filter(p -> p.name().equals(last))
            .forEach(p -> assertThat(model.decays(p)).as(p.name()).isFalse());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anotherClassCountChangesTheClassifierAlone(String name) {
    Model model = Zoo.get(name).model();
    Map<String, String> before = state(model);
    Map<String, String> after = state(model.resetClassifier(7));
    assertThat(after.keySet()).isEqualTo(before.keySet());
    List<String> changed =
        before.keySet().stream().filter(k -> !before.get(k).equals(after.get(k))).toList();
    assertThat(changed)
        .isNotEmpty()
        .allMatch(k -> model.classifier().stream().anyMatch(path -> k.startsWith(path + ".")));
  }

  @ParameterizedTest
  @MethodSource("all")
  void itTakesOtherChannelsAndSizes(String name) {
    Model model = Zoo.get(name).model();
    Map<String, String> usual = state(model);
    Map<String, String> grey = state(model.with(model.setup().withChannels(1)));
    assertThat(grey.keySet()).isEqualTo(usual.keySet());
    assertThat(grey).isNotEqualTo(usual);
    int larger = model.setup().imageSize() == 224 ? 384 : 2 * model.setup().imageSize();
    Model other = model.with(model.setup().withImageSize(larger));
    assertThat(other.input().size()).isEqualTo(larger);
    assertThat(state(other).keySet()).containsAll(trainable(model));
  }

  private static List<String> trainable(Model model) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      return parameters.trainable().map(Parameter::name).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void itLearns(String name, @TempDir Path folder) throws IOException {
    learns(name, 4, folder);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("fullSizes")
  void itLearnsInFullSize(String name, @TempDir Path folder) throws IOException {
    learns(name, 1, folder);
  }

  /**
   * It runs, every learned parameter receives a gradient, train and evaluation graph share the
   * weights, and what is saved and loaded again gives the same answers.
   */
  private static void learns(String name, int batch, Path folder) throws IOException {
    Model model = Zoo.get(name).model();
    int classes = model.setup().classes();
    INDArray images = images(batch, model.setup().imageSize());
    Path file = folder.resolve("model.safetensors");
    double[][] trained;
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3));
        Evaluator evaluator = new Evaluator(model, parameters, Engine.COMPILED)) {
      double[][] before = evaluator.probabilities(images);
      try (TrainStep step = new TrainStep(model, parameters, Engine.COMPILED)) {
        var pass =
            step.pass(
                images,
                Targets.of(IntStream.range(1, batch + 1).toArray(), classes, 0),
                site -> site.mask(DataType.FLOAT, batch, new CounterRandom(1)));
        assertThat(pass.loss()).isFinite();
        List<String> without =
            parameters
                .trainable()
                .filter(p -> !hasValues(pass.gradient(p.name())))
                .map(Parameter::name)
                .toList();
        assertThat(without).isEmpty();
        step.updateStatistics(pass);
        step.update(pass, new Sgd(0, false), 0.1, p -> 0.0);
      }
      trained = evaluator.probabilities(images);
      assertThat(trained[0]).isNotEqualTo(before[0]);
      Checkpoint.save(file, parameters, new LinkedHashMap<>(), Map.of(Checkpoint.MODEL, name));
    }
    try (Parameters loaded = new Parameters(DataType.FLOAT, Parameters.Source.uninitialized());
        Evaluator evaluator = new Evaluator(model, loaded, Engine.COMPILED)) {
      Checkpoint.load(file, loaded);
      assertThat(evaluator.probabilities(images)).isDeepEqualTo(trained);
    }
  }

  private static boolean hasValues(INDArray gradient) {
    return gradient != null && gradient.norm2Number().doubleValue() > 0;
  }

  private static INDArray images(int batch, int size) {
    CounterRandom random = new CounterRandom(5);
    float[] values = new float[batch * 3 * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return Nd4j.createFromArray(values).reshape(batch, 3, size, size);
  }
}
