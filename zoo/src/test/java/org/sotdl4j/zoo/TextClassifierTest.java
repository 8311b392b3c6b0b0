package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.GlobalCovariancePooling;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenPooling;
import org.sotdl4j.layers.WordTokensHead;
import tools.jackson.databind.json.JsonMapper;

/** What holds for every text encoder of the zoo with a head behind it. */
class TextClassifierTest {

  static Stream<ModelEntry> encoders() {
    return Zoo.list("*").stream().filter(entry -> entry.architecture() instanceof TextEncoder);
  }

  private static TextClassifier classifier(TextEncoder encoder) {
    int width = encoder.width();
    return new TextClassifier(
        encoder,
        new Classifier(width, new MultiHeadPooling(width, 2, 3, false, SvPn.standard(3), 0)),
        encoder.classToken(),
        false,
        5,
        7);
  }

  private static Map<String, String> shapes(Network network) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(network, parameters, Phase.EVAL);
      Map<String, String> shapes = new TreeMap<>();
      parameters.forEach(p -> shapes.put(p.name(), Arrays.toString(p.array().shape())));
      return shapes;
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void eachParameterHasItsGroup(ModelEntry entry) {
    TextClassifier model = classifier(entry.encoder());
    try (Parameters parameters = Parameters.shapesOnly()) {
      ModelGraph graph = ModelGraph.of(model, parameters, Phase.TRAIN);
      assertThat(graph.graph().root().shape(graph.logits())).containsExactly(1, 5);
      LayerGroups groups = model.layerGroups();
      int[] sizes = new int[groups.count()];
      for (Parameter p : parameters) {
        sizes[groups.of(p.name())]++;
        assertThat(groups.of(p.name()) == groups.count() - 1)
            .isEqualTo(model.isInClassifier(p.name()));
        assertThat(model.decays(p)).isEqualTo(p.array().rank() > 1);
      }
      assertThat(sizes).doesNotContain(0).hasSize(model.intermediates().size() + 2);
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void anotherClassCountChangesTheClassifierAlone(ModelEntry entry) {
    TextClassifier model = classifier(entry.encoder());
    Map<String, String> before = shapes(model);
    Map<String, String> after = shapes(model.resetClassifier(7));
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(before.keySet().stream().filter(k -> !before.get(k).equals(after.get(k))))
        .containsExactly(
            "classifier.cls_fc.bias",
            "classifier.cls_fc.weight",
            "classifier.visual_fc.bias",
            "classifier.visual_fc.weight");
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void aConfigurationSaysAll(ModelEntry entry) {
    String json = HuggingFaceConfig.json(entry.encoder());
    assertThat(HuggingFaceConfig.encoder(JsonMapper.shared().readTree(json)))
        .isEqualTo(entry.encoder());
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void noTextIsLongerThanItsPositions(ModelEntry entry) {
    TextEncoder encoder = entry.encoder();
    assertThat(encoder.inputSize()).isEqualTo(512);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shapes(classifier(encoder).withLength(513)))
        .withMessage("A text of 513 tokens is too long for 512 positions");
  }

  static Stream<Arguments> headsOfEncoders() {
    String bert =
        """
        {"model_type": "%s", "vocab_size": 13, "hidden_size": 6, "num_hidden_layers": 2,
         "num_attention_heads": 2, "intermediate_size": 5, "max_position_embeddings": 20}
        """;
    List<String> configs =
        List.of(
            bert.formatted("bert"),
            bert.formatted("roberta"),
            """
            {"model_type": "openai-gpt", "vocab_size": 13, "n_embd": 6, "n_layer": 2, "n_head": 2,
             "n_positions": 20}
            """);
    TokenPooling crossCovariance = new MultiHeadPooling(6, 2, 3, false, SvPn.standard(3), 0);
    List<ClassificationHead> heads =
        List.of(
            new ClassTokenHead(6, 0),
            new WordTokensHead(crossCovariance),
            new WordTokensHead(new GlobalAveragePooling(6)),
            new WordTokensHead(new GlobalCovariancePooling(6, 3)),
            new Classifier(6, crossCovariance));
    return configs.stream()
        .map(config -> HuggingFaceConfig.encoder(JsonMapper.shared().readTree(config)))
        .flatMap(encoder -> heads.stream().map(head -> arguments(encoder, head)));
  }

  /** Padding is neither attended to nor pooled, unless the official pooling is asked for. */
  @ParameterizedTest
  @MethodSource("headsOfEncoders")
  void paddingChangesNothing(TextEncoder encoder, ClassificationHead head) {
    INDArray tight = logits(encoder, head, false, 7);
    assertThat(logits(encoder, head, false, 11).equalsWithEps(tight, 1e-12)).isTrue();
    assertThat(logits(encoder, head, true, 11).equalsWithEps(tight, 1e-7))
        .isEqualTo(head instanceof ClassTokenHead);
  }

  /** The logits of two texts of 7 and 4 words, filled up to a length. */
  private static INDArray logits(
      TextEncoder encoder, ClassificationHead head, boolean padded, int length) {
    TextClassifier model =
        new TextClassifier(encoder, head, encoder.classToken(), padded, 3, length);
    int[] lengths = {7, 4};
    INDArray ids = Nd4j.valueArrayOf(new long[] {2, length}, Math.max(encoder.padding(), 0));
    INDArray mask = Nd4j.zeros(DataType.DOUBLE, 2, length);
    for (int b = 0; b < lengths.length; b++) {
      for (int n = 0; n < lengths[b]; n++) {
        ids.putScalar(b, n, 2 + (5 * n + 3 * b) % 11);
        mask.putScalar(b, n, 1);
      }
    }
    Map<String, INDArray> texts =
        Map.of(
            TextInput.IDS, ids.castTo(DataType.INT32),
            TextInput.MASK, mask,
            TextInput.SEGMENTS, Nd4j.zeros(DataType.INT32, 2, length));
    try (Parameters parameters =
        new Parameters(
            DataType.DOUBLE,
            (p, _) -> Initializer.normal(0.5).fill(p.array(), CounterRandom.of(1, p.name())))) {
      ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
      String name = graph.logits().name();
      return graph.graph().sameDiff().output(texts, name).get(name).dup();
    }
  }

  @Test
  void picturesAndTextsAreToldApart() {
    assertThatThrownBy(() -> Zoo.get("bert_base").model())
        .isInstanceOf(UnknownModelException.class)
        .hasMessage("bert_base reads texts, not pictures: './sot glue' trains it.");
    assertThatThrownBy(() -> Zoo.get("sot_tiny").encoder())
        .isInstanceOf(UnknownModelException.class)
        .hasMessage("sot_tiny reads pictures, not texts.");
  }

  @Test
  void configurationsOfHuggingFaceGiveTheZoosModels() {
    assertThat(
            HuggingFaceConfig.encoder(
                JsonMapper.shared()
                    .readTree(
                        """
                        {"model_type": "roberta", "layer_norm_eps": 1e-05,
                         "max_position_embeddings": 514, "type_vocab_size": 1,
                         "vocab_size": 50265, "pad_token_id": 1}
                        """)))
        .isEqualTo(Zoo.get("roberta_base").encoder());
    assertThat(
            HuggingFaceConfig.encoder(JsonMapper.shared().readTree("{\"model_type\": \"bert\"}")))
        .isEqualTo(Zoo.get("bert_base").encoder());
    assertThat(
            HuggingFaceConfig.encoder(
                JsonMapper.shared()
                    .readTree(
                        "{\"hidden_size\": 768, \"type_vocab_size\": 2, \"vocab_size\": 28996}")))
        .isEqualTo(Zoo.get("spanbert_base").encoder());
    assertThat(
            HuggingFaceConfig.encoder(
                JsonMapper.shared().readTree("{\"model_type\": \"openai-gpt\"}")))
        .isEqualTo(Zoo.get("openai_gpt").encoder());
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            HuggingFaceConfig.encoder(
                JsonMapper.shared()
                    .readTree("{\"model_type\": \"bert\", \"hidden_act\": \"mish\"}")))
        .withMessage("its activation is mish");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            HuggingFaceConfig.encoder(
                JsonMapper.shared()
                    .readTree("{\"model_type\": \"bert\", \"num_attention_heads\": 5}")))
        .withMessage("its 5 heads do not divide its width 768");
  }
}
