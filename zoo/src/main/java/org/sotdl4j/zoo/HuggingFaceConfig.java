package org.sotdl4j.zoo;

import org.sotdl4j.layers.BertEmbeddings.Numbering;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Relu;
import org.sotdl4j.layers.Swish;
import org.sotdl4j.layers.TanhGelu;
import tools.jackson.databind.JsonNode;

/** Encoders by the {@code config.json} that Hugging Face keeps beside their weights. */
public final class HuggingFaceConfig {

  private HuggingFaceConfig() {}

  /**
   * The encoder of a configuration, without dropout; what is left out has the official default.
   *
   * @throws IllegalArgumentException if there is none such here: one clause that says what
   */
  public static TextEncoder encoder(JsonNode config) {
    return encoder(config.path("model_type").asString("none"), config);
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
              config.path("n_head").asInt(12),
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
        config.path("num_attention_heads").asInt(12),
        config.path("intermediate_size").asInt(3072),
        activation(config.path("hidden_act").asString("gelu")),
        config.path("max_position_embeddings").asInt(512),
        config.path("type_vocab_size").asInt(2),
        pad.isNull() ? -1 : pad.asInt(padding),
        numbering,
        config.path("layer_norm_eps").asDouble(1e-12),
        0);
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
