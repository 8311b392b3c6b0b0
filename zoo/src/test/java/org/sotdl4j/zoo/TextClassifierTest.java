package org.sotdl4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.SvPn;
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
  void noTextIsLongerThanItsPositions(ModelEntry entry) {
    TextEncoder encoder = entry.encoder();
    assertThat(encoder.inputSize()).isEqualTo(512);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shapes(classifier(encoder).withLength(513)))
        .withMessage("A text of 513 tokens is too long for 512 positions");
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
                JsonMapper.shared().readTree("{\"model_type\": \"openai-gpt\"}")))
        .isEqualTo(Zoo.get("openai_gpt").encoder());
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            HuggingFaceConfig.encoder(
                JsonMapper.shared()
                    .readTree("{\"model_type\": \"bert\", \"hidden_act\": \"mish\"}")))
        .withMessage("its activation is mish");
  }
}
