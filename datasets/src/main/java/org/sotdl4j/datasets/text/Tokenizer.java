package org.sotdl4j.datasets.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sotdl4j.datasets.DatasetException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cuts texts into the tokens of a model's vocabulary, by Hugging Face's library. Its natives come
 * with it; nothing is downloaded. May be used by several threads at once.
 */
public final class Tokenizer implements AutoCloseable {

  static {
    // DJL would otherwise look for a GPU's natives on the net, and report its use.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final int vocabulary;

  private Tokenizer(HuggingFaceTokenizer tokenizer, int vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /**
   * Opens a tokenizer.
   *
   * @param json in the format of {@code tokenizer.json}
   * @param source for messages
   * @param maxLength tokens of a text or pair, special ones included; what is longer is cut off,
   *     from the longer text first
   * @throws DatasetException if it is no tokenizer
   */
  public static Tokenizer open(String json, Path source, int maxLength) {
    String length = String.valueOf(maxLength);
    Map<String, String> options =
        Map.of(
            "truncation",
            "true",
            "padding",
            "false",
            "maxLength",
            length,
            "modelMaxLength",
            length);
    try {
      JsonNode tree = JsonMapper.shared().readTree(json);
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options),
          vocabulary(tree));
    } catch (IOException | RuntimeException e) { // the natives throw RuntimeException itself
      throw new DatasetException("%s is no tokenizer (%s)".formatted(source, reason(e)), e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
  }

  private static int vocabulary(JsonNode tokenizer) {
    int size = 0;
    for (JsonNode id : tokenizer.path("model").path("vocab")) {
      size = Math.max(size, id.asInt(0) + 1);
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      size = Math.max(size, added.path("id").asInt(0) + 1);
    }
    return size;
  }

  /**
   * The tokenizer in a folder of Hugging Face: its {@code tokenizer.json}, or one made of {@code
   * vocab.txt} (BERT's WordPiece) or of {@code vocab.json} and {@code merges.txt} (byte-level BPE
   * of RoBERTa, BPE of GPT). Where {@code tokenizer_config.json} does not say whether {@code
   * vocab.txt} is of small letters only, its words do.
   *
   * @return in the format of {@code tokenizer.json}
   * @throws DatasetException if there is none, or it cannot be read
   */
  public static String json(Path folder) {
    try {
      if (Files.exists(folder.resolve("tokenizer.json"))) {
        return Files.readString(folder.resolve("tokenizer.json"));
      }
      Path words = folder.resolve("vocab.txt");
      if (Files.exists(words)) {
        List<String> vocabulary = Files.readAllLines(words);
        Path settings = folder.resolve("tokenizer_config.json");
        boolean lowerCase = TokenizerJson.isLowerCase(vocabulary);
        return TokenizerJson.wordPiece(
            vocabulary,
            Files.exists(settings)
                ? JsonMapper.shared().readTree(settings).path("do_lower_case").asBoolean(lowerCase)
                : lowerCase);
      }
      Path vocabulary = folder.resolve("vocab.json");
      Path merges = folder.resolve("merges.txt");
      if (Files.exists(vocabulary) && Files.exists(merges)) {
        return TokenizerJson.bytePairs(
            JsonMapper.shared().readTree(vocabulary), Files.readAllLines(merges));
      }
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      throw new DatasetException(
          "The vocabulary in %s cannot be read (%s)".formatted(folder, e.getMessage()), e);
    }
    throw new DatasetException(
        "%s holds no vocabulary: expected tokenizer.json, vocab.txt, or vocab.json and merges.txt"
            .formatted(folder));
  }

  /** One more than the largest number of a token. */
  public int vocabulary() {
    return vocabulary;
  }

  /**
   * Encodes a text or a pair of texts.
   *
   * @param second null for a single text
   */
  public Encoded encode(String first, String second) {
    Encoding encoding = encoding(first, second);
    return new Encoded(
        integers(encoding.getIds()), integers(encoding.getTypeIds()), encoding.exceedMaxLength());
  }

  /** Where the tokens of {@link #encode} come from, in their order. */
  public List<Span> spans(String first, String second) {
    Encoding encoding = encoding(first, second);
    CharSpan[] places = encoding.getCharTokenSpans();
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      boolean special = encoding.getSpecialTokenMask()[i] == 1 || places[i] == null;
      spans.add(
          special
              ? Span.SPECIAL
              : new Span(
                  (int) encoding.getSequenceIds()[i],
                  (int) encoding.getWordIds()[i],
                  places[i].getStart(),
                  places[i].getEnd()));
    }
    return spans;
  }

  private Encoding encoding(String first, String second) {
    return second == null ? tokenizer.encode(first) : tokenizer.encode(first, second);
  }

  private static int[] integers(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
