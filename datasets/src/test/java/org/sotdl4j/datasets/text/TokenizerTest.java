package org.sotdl4j.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.datasets.DatasetException;

class TokenizerTest {

  private static final Path NOWHERE = Path.of("test");

  @TempDir Path folder;

  @Test
  void wordPiece() {
    List<String> words =
        List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", ".");
    try (Tokenizer t = Tokenizer.open(TokenizerJson.wordPiece(words, true), NOWHERE, 9)) {
      assertThat(t.vocabulary()).isEqualTo(10);
      assertThat(t.encode("The cats sat.", null).ids()).containsExactly(2, 5, 6, 7, 8, 9, 3);
      Encoded pair = t.encode("The cát", "dog.");
      assertThat(pair.ids()).containsExactly(2, 5, 6, 3, 1, 9, 3);
      assertThat(pair.segments()).containsExactly(0, 0, 0, 0, 1, 1, 1);
      assertThat(pair.truncated()).isFalse();
      assertThat(t.spans("The cats", null))
          .containsExactly(
              Span.SPECIAL,
              new Span(0, 0, 0, 3),
              new Span(0, 1, 4, 7),
              new Span(0, 1, 7, 8),
              Span.SPECIAL);
      Encoded cut = t.encode("the the the the the", "cat cat cat cat");
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.ids()).containsExactly(2, 5, 5, 5, 3, 6, 6, 6, 3);
    }
  }

  @Test
  void capitalsCountWhereTheVocabularyHasSome() throws IOException {
    String special = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n";
    Files.writeString(folder.resolve("vocab.txt"), special + "cat\n");
    assertThat(idsOfTheCat()).containsExactly(2, 5, 6, 3);
    Files.writeString(folder.resolve("vocab.txt"), special + "The\nCat\n"); // as SpanBERT's
    assertThat(idsOfTheCat()).containsExactly(2, 6, 7, 3);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": true}");
    assertThat(idsOfTheCat()).containsExactly(2, 5, 1, 3);
  }

  private int[] idsOfTheCat() {
    try (Tokenizer t = Tokenizer.open(Tokenizer.json(folder), folder, 9)) {
      return t.encode("The Cat", null).ids();
    }
  }

  @Test
  void byteLevelBytePairsOfRoberta() throws IOException {
    Files.writeString(
        folder.resolve("vocab.json"),
        """
        {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "\u0120": 6, "ab": 7,
         "\u0120ab": 8, "\u00c3": 9, "\u00a9": 10}
        """);
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n\u0120 ab\n");
    try (Tokenizer t = Tokenizer.open(Tokenizer.json(folder), folder, 20)) {
      assertThat(t.encode("ab ab\u00e9", null).ids()).containsExactly(0, 7, 8, 9, 10, 2);
      assertThat(t.encode("a", "b").ids()).containsExactly(0, 4, 2, 2, 5, 2);
      assertThat(t.encode("a", "b").segments()).containsOnly(0);
    }
  }

  @Test
  void bytePairsOfGpt() throws IOException {
    Files.writeString(
        folder.resolve("vocab.json"), "{\"<unk>\": 0, \"a\": 1, \"b</w>\": 2, \"ab</w>\": 3}");
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b</w>\n");
    try (Tokenizer t = Tokenizer.open(Tokenizer.json(folder), folder, 20)) {
      assertThat(t.encode("AB ab", null).ids()).containsExactly(3, 3);
    }
  }

  @Test
  void whatIsNoVocabularyIsRefused() throws IOException {
    assertThatThrownBy(() -> Tokenizer.json(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("holds no vocabulary: expected tokenizer.json");
    Files.writeString(folder.resolve("vocab.txt"), "[UNK]\n[SEP]\na\n");
    assertThatThrownBy(() -> Tokenizer.json(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("cannot be read (it has no word [CLS])");
    assertThatThrownBy(() -> Tokenizer.open("{\"model\": 3}", folder, 9))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is no tokenizer");
    assertThatThrownBy(() -> Tokenizer.open("{", folder, 9))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is no tokenizer");
  }
}
