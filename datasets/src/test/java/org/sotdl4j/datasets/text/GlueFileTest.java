package org.sotdl4j.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.datasets.DatasetException;

class GlueFileTest {

  @TempDir Path folder;
  private final List<DatasetException> broken = new ArrayList<>();

  private List<GlueExample> read(String task, String name, String content, boolean labelled)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return GlueFile.read(GlueTask.named(task), file, labelled, broken::add);
  }

  @Test
  void tablesWithAndWithoutHeader() throws IOException {
    assertThat(read("cola", "train.tsv", "gj04\t0\t*\tA \"quoted\" word.\n", true))
        .containsExactly(new GlueExample("0", "A \"quoted\" word.", null, 0));
    assertThat(read("CoLA", "test.tsv", "index\tsentence\n0\tOne.\n1\tTwo.\n", false))
        .extracting(GlueExample::first)
        .containsExactly("One.", "Two.");
    String rte = "7\tA.\tB.\tnot_entailment\n";
    GlueExample expected = new GlueExample("0", "A.", "B.", 1);
    assertThat(read("RTE", "val.tsv", rte, true)).containsExactly(expected);
    String header = "index\tsentence1\tsentence2\tlabel\n";
    assertThat(read("RTE", "dev.tsv", header + rte, true)).containsExactly(expected);
  }

  @Test
  void columnsAreFoundByTheirNames() throws IOException {
    String table = "index\tgenre\tgold_label\tsentence2\tsentence1\n0\tx\tneutral\tB\tA\n";
    assertThat(read("MNLI", "dev_matched.tsv", table, true))
        .containsExactly(new GlueExample("0", "A", "B", 2));
  }

  @Test
  void objectsOfJson() throws IOException {
    String lines =
        """
        {"premise": "A", "hypothesis": "B", "label": "entailment"}

        {"premise": "C", "hypothesis": "D", "label": "contradiction"}
        """;
    assertThat(read("MNLI", "dev_matched.jsonl", lines, true))
        .containsExactly(new GlueExample("0", "A", "B", 1), new GlueExample("1", "C", "D", 0));
    String whole = "{\"9\": {\"text_a\": \"A\", \"text_b\": \"B\", \"label\": \"not_entailment\"}}";
    assertThat(read("QNLI", "train.json", whole, true))
        .containsExactly(new GlueExample("9", "A", "B", 1));
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    String table = "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tA\tB\n";
    assertThat(read("MRPC", "train.tsv", table, true))
        .containsExactly(new GlueExample("0", "A", "B", 1));
    assertThat(read("SST-2", "train.jsonl", "\ufeff{\"sentence\": \"A\", \"label\": 1}", true))
        .containsExactly(new GlueExample("0", "A", null, 1));
  }

  @Test
  void brokenLinesOfQqpAreLeftOutAndTold() throws IOException {
    String header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";
    String lines = "7\t1\t2\tIs it\nred?\tWhy?\t0\n8\t1\t2\tA?\t\t0\n9\t1\t2\tA?\tB?\t1\n";
    assertThat(read("QQP", "train.tsv", header + lines, true))
        .containsExactly(new GlueExample("0", "A?", "B?", 1));
    assertThat(broken)
        .extracting(e -> e.getMessage().replaceFirst(".*, line", "line"))
        .containsExactly(
            "line 2 has 4 columns instead of 6",
            "line 3 has 3 columns instead of 6",
            "line 4 has an empty text");
    assertThat(read("QQP", "test.tsv", "id\tquestion1\tquestion2\n0\tA?\t\n", false))
        .containsExactly(new GlueExample("0", "A?", "", Double.NaN));
  }

  @Test
  void scoresAreNumbers() throws IOException {
    String table = "index\tsentence1\tsentence2\tscore\n0\tA\tB\t3.8\n";
    assertThat(read("STS-B", "dev.tsv", table, true).getFirst().label()).isEqualTo(3.8);
  }

  @ParameterizedTest
  @CsvSource({
    "'a\t1\t\tOne.\nb\t1\tTwo.', line 2 has 3 columns instead of 4",
    "'a\t1\t\tOne.\nb\t2\t\tTwo.', 'line 2 has the label 2, and CoLA has [0, 1]'",
    "'a\t1\t\tOne.\nb\t1\t\t ', line 2 has an empty text",
    "'One.', line 1 has 1 columns and none for the sentence"
  })
  void wrongLinesAreNamed(String content, String message) {
    assertThatThrownBy(() -> read("CoLA", "train.tsv", content, true))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"train.jsonl, '\n{\"sentence\" 1}'", "train.json, '{\n\"sentence\" 1}'"})
  void brokenJsonIsNamed(String file, String content) {
    assertThatThrownBy(() -> read("SST-2", file, content, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageMatching(".*, line 2 is no JSON from character 1[23] on");
  }

  @Test
  void otherTasksAreRefused() {
    assertThatThrownBy(() -> GlueTask.named("cola2"))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("GLUE has no task cola2; it has CoLA, SST-2");
  }
}
