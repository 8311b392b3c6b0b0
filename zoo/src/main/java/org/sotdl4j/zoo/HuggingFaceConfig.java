package org.sotdl4j.zoo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sotdl4j.layers.BertEmbeddings.Numbering;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Relu;
import org.sotdl4j.layers.Swish;
import org.sotdl4j.layers.TanhGelu;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encoders by the {@code config.json} that Hugging Face keeps beside their weights. */
public final class HuggingFaceConfig {

  private HuggingFaceConfig() {}

  /**
   * The encoder of a configuration, without dropout; what is left out has the official default. One
   * of 2019 that says no type, as SpanBERT's, is BERT's where it has BERT's sizes.
   *
   * @throws IllegalArgumentException if there is none such here: one clause that says what
   */
  public static TextEncoder encoder(JsonNode config) {
    boolean isOldBert = config.has("hidden_size") && config.has("type_vocab_size");
    return encoder(config.path("model_type").asString(isOldBert ? "bert" : "none"), config);
  }

  /**
   * The same where the configuration does not say its type.
   *
   * @param type as {@code bert}
   */
  public static TextEncoder encoder(String type, JsonNode config) {
    return switch (type) {
      case "bert" -> bert(config, Numbering.ALL, 30522, 0);
      case "roberta" -> bert(config, Numbering.WORDS, 50265, 1);
      case "openai-gpt" ->
          new Gpt(
              config.path("vocab_size").asInt(40478),
              config.path("n_embd").asInt(768),
              config.path("n_layer").asInt(12),
              heads(config.path("n_head"), config.path("n_embd")),
              gptActivation(config.path("afn").asString("gelu")),
              config.path("n_positions").asInt(512),
              config.path("layer_norm_epsilon").asDouble(1e-5),
              0);
      default ->
          throw new IllegalArgumentException(
              "its model_type is %s, and encoders here are bert, roberta and openai-gpt"
                  .formatted(type));
    };
  }

  private static Bert bert(JsonNode config, Numbering numbering, int vocabulary, int padding) {
    String positions = config.path("position_embedding_type").asString("absolute");
    if (!positions.equals("absolute")) {
      throw new IllegalArgumentException("its positions are " + positions);
    }
    JsonNode pad = config.path("pad_token_id");
    return new Bert(
        config.path("vocab_size").asInt(vocabulary),
        config.path("hidden_size").asInt(768),
        config.path("num_hidden_layers").asInt(12),
        heads(config.path("num_attention_heads"), config.path("hidden_size")),
        config.path("intermediate_size").asInt(3072),
        activation(config.path("hidden_act").asString("gelu")),
        config.path("max_position_embeddings").asInt(512),
        config.path("type_vocab_size").asInt(2),
        pad.isNull() ? -1 : pad.asInt(padding),
        numbering,
        config.path("layer_norm_eps").asDouble(1e-12),
        0);
  }

  /** The configuration of an encoder, which {@link #encoder(JsonNode)} makes the same of. */
  public static String json(TextEncoder encoder) {
    Map<String, Object> config = new LinkedHashMap<>();
    switch (encoder) {
      case Bert bert -> {
        config.put("model_type", bert.numbering() == Numbering.ALL ? "bert" : "roberta");
        config.put("vocab_size", bert.vocabulary());
        config.put("hidden_size", bert.width());
        config.put("num_hidden_layers", bert.depth());
        config.put("num_attention_heads", bert.heads());
        config.put("intermediate_size", bert.hidden());
        config.put("hidden_act", name(bert.activation()));
        config.put("max_position_embeddings", bert.positions());
        config.put("type_vocab_size", bert.types());
        config.put("pad_token_id", bert.padding() < 0 ? null : bert.padding());
        config.put("layer_norm_eps", bert.eps());
      }
      case Gpt gpt -> {
        config.put("model_type", "openai-gpt");
        config.put("vocab_size", gpt.vocabulary());
        config.put("n_embd", gpt.width());
        config.put("n_layer", gpt.depth());
        config.put("n_head", gpt.heads());
        config.put("afn", name(gpt.activation()));
        config.put("n_positions", gpt.positions());
        config.put("layer_norm_epsilon", gpt.eps());
      }
    }
    return JsonMapper.shared().writeValueAsString(config);
  }

  private static String name(Layer activation) {
    return switch (activation) {
      case Gelu _ -> "gelu";
      case TanhGelu _ -> "gelu_new";
      case Relu _ -> "relu";
      case Swish _ -> "silu";
      default -> throw new IllegalArgumentException(activation + " is in no configuration");
    };
  }

  private static int heads(JsonNode number, JsonNode of) {
    int heads = number.asInt(12);
    int width = of.asInt(768);
    if (heads <= 0 || width % heads != 0) {
      throw new IllegalArgumentException(
          "its %d heads do not divide its width %d".formatted(heads, width));
    }
    return heads;
  }

  /** GPT calls its approximation gelu. */
  private static Layer gptActivation(String name) {
    return name.equals("gelu") ? new TanhGelu() : activation(name);
  }

  private static Layer activation(String name) {
    return switch (name) {
      case "gelu" -> new Gelu();
      case "gelu_new", "gelu_pytorch_tanh" -> new TanhGelu();
      case "relu" -> new Relu();
      case "silu", "swish" -> new Swish();
      default -> throw new IllegalArgumentException("its activation is " + name);
    };
  }
}
