package org.sotdl4j.datasets.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes {@code tokenizer.json} for models that come with older files of their vocabulary. */
public final class TokenizerJson {

  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  private static final String UNKNOWN = "[UNK]"; // BERT's

  private TokenizerJson() {}

  /** Whether no word of {@code vocab.txt} but the special ones has a capital letter. */
  static boolean isLowerCase(List<String> vocabulary) {
    return vocabulary.stream()
        .noneMatch(word -> !word.startsWith("[") && CAPITAL.matcher(word).find());
  }

  /**
   * BERT's WordPiece.
   *
   * @param vocabulary a word a line of {@code vocab.txt}
   * @param lowerCase whether it knows small letters without accents only
   * @throws IllegalArgumentException if it lacks a special word
   */
  public static String wordPiece(List<String> vocabulary, boolean lowerCase) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    vocabulary.forEach(word -> numbers.putIfAbsent(word, numbers.size()));
    var _ = required(numbers, UNKNOWN);
    return write(
        numbers,
        List.of("[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"),
        bertNormalizer(lowerCase),
        Map.of("type", "BertPreTokenizer"),
        Map.of(
            "type", "BertProcessing",
            "sep", List.of("[SEP]", required(numbers, "[SEP]")),
            "cls", List.of("[CLS]", required(numbers, "[CLS]"))),
        Map.of(
            "type",
            "WordPiece",
            "unk_token",
            UNKNOWN,
            "continuing_subword_prefix",
            "##",
            "max_input_chars_per_word",
            100,
            "vocab",
            numbers));
  }

  /**
   * Byte pair encoding: RoBERTa's on bytes, or, where the vocabulary marks the ends of words, GPT's
   * on small letters.
   *
   * @param vocabulary {@code vocab.json}
   * @param merges the lines of {@code merges.txt}
   * @throws IllegalArgumentException if it lacks a special word
   */
  public static String bytePairs(JsonNode vocabulary, List<String> merges) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    vocabulary.properties().forEach(word -> numbers.put(word.getKey(), word.getValue().asInt()));
    List<String> pairs =
        merges.stream().filter(line -> !line.startsWith("#version") && !line.isBlank()).toList();
    boolean marksEnds = numbers.keySet().stream().anyMatch(word -> word.endsWith("</w>"));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("vocab", numbers);
    model.put("merges", pairs);
    if (marksEnds) {
      model.put("unk_token", "<unk>");
      model.put("end_of_word_suffix", "</w>");
      return write(
          numbers,
          List.of("<unk>"),
          bertNormalizer(true),
          Map.of("type", "BertPreTokenizer"),
          null,
          model);
    }
    return write(
        numbers,
        List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"),
        null,
        Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true),
        Map.of(
            "type",
            "RobertaProcessing",
            "sep",
            List.of("</s>", required(numbers, "</s>")),
            "cls",
            List.of("<s>", required(numbers, "<s>")),
            "trim_offsets",
            true,
            "add_prefix_space",
            false),
        model);
  }

  private static int required(Map<String, Integer> numbers, String word) {
    if (!numbers.containsKey(word)) {
      throw new IllegalArgumentException("it has no word " + word);
    }
    return numbers.get(word);
  }

  private static Map<String, Object> bertNormalizer(boolean lowerCase) {
    Map<String, Object> normalizer = new LinkedHashMap<>();
    normalizer.put("type", "BertNormalizer");
    normalizer.put("clean_text", true);
    normalizer.put("handle_chinese_chars", true);
    normalizer.put("strip_accents", null);
    normalizer.put("lowercase", lowerCase);
    return normalizer;
  }

  private static String write(
      Map<String, Integer> numbers,
      List<String> special,
      Object normalizer,
      Object preTokenizer,
      Object postProcessor,
      Object model) {
    Stream<Map<String, Object>> added =
        special.stream().filter(numbers::containsKey).map(word -> added(word, numbers.get(word)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", added.toList());
    json.put("normalizer", normalizer);
    json.put("pre_tokenizer", preTokenizer);
    json.put("post_processor", postProcessor);
    json.put("model", model);
    return JsonMapper.shared().writeValueAsString(json);
  }

  private static Map<String, Object> added(String word, int number) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", number);
    token.put("content", word);
    token.put("single_word", false);
    token.put("lstrip", word.equals("<mask>"));
    token.put("rstrip", false);
    token.put("normalized", false);
    token.put("special", true);
    return token;
  }
}
