package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sotdl4j.app.glue.TinyBert;

/** Fine-tuning in seconds: "b a" is right and "b b" is wrong. */
class GlueCommandTest {

  @TempDir Path folder;
  private Path data;
  private Path encoder;

  @BeforeEach
  void write() throws IOException {
    data = Files.createDirectory(folder.resolve("CoLA"));
    encoder = Files.createDirectory(folder.resolve("bert"));
    TinyBert.write(encoder, 7);
    StringBuilder train = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      train.append(i % 2 == 0 ? "x\t1\t\tb a\n" : "x\t0\t*\tb b\n");
    }
    Files.writeString(data.resolve("train.tsv"), train);
    Files.writeString(data.resolve("dev.tsv"), "x\t1\t\tb a\nx\t0\t\tb b\n");
    Files.writeString(data.resolve("test.tsv"), "index\tsentence\n0\tb b\n1\tb a\n");
  }

  /** Runs with options that take the place of the usual ones. */
  private CommandLineRun glue(Path run, String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--data", data.toString());
    options.put("--encoder", encoder.toString());
    options.put("--output", run.toString());
    options.put("--epochs", "10");
    options.put("--drop", "0");
    options.put("--batch-size", "8");
    options.put("--lr", "0.02");
    options.put("--pool-heads", "1");
    options.put("--pool-width", "2");
    options.put("--max-length", "8");
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    List<String> args = new ArrayList<>(List.of("glue", "CoLA"));
    options.forEach((name, value) -> args.addAll(List.of(name, value)));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"class", "word", "class+word"})
  void eachHeadLearns(String head) throws IOException {
    Path run = folder.resolve("run");
    CommandLineRun done = glue(run, "--head", head);
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out().strip()).isEqualTo(run.toString());
    assertThat(done.err()).contains("Best Matthews correlation 1.0000");
    assertThat(Files.readAllLines(run.resolve("metrics.csv")))
        .hasSize(11)
        .first()
        .isEqualTo("epoch,train_loss,dev_matthews,dev_accuracy,seconds");
    assertThat(Files.readString(run.resolve("CoLA.tsv")))
        .isEqualTo("index\tprediction\n0\t0\n1\t1\n");

    Path page = folder.resolve("page.html");
    CommandLineRun influence =
        CommandLineRun.of("influence", run.toString(), "--text", "b a", "--out", page.toString());
    assertThat(influence.exitCode()).as(influence.err()).isZero();
    assertThat(influence.out()).contains("answer 1").containsPattern("\\+\\d\\.\\d{3}  a");
    assertThat(Files.readString(page)).contains(">a</span>");
  }

  @Test
  void longTextsAreCutOffAndCounted() throws IOException {
    Files.writeString(data.resolve("dev.tsv"), "x\t1\t\ta b a b a b a b a b\nx\t0\t\tb\n");
    CommandLineRun done = glue(folder.resolve("run"), "--epochs", "1");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.err()).contains("1 texts are longer than 8 tokens and are cut off");
  }

  @ParameterizedTest
  @CsvSource({
    "--head, both, 2, 'must be class, word, class+word, not both'",
    "--max-length, 3, 2, '--max-length must be 4 or more, not 3'",
    "--max-length, 99, 1, '--max-length 99 is more than the 16 tokens that'",
    "--encoder, roberta_base, 1, 'The weights of roberta_base do not come with this project'",
    "--batch-size, 64, 1, 'A batch of 64 needs more than the 40 texts there are'",
    "--data, nowhere, 1, 'There is no folder'",
    "--resume, nowhere, 2, '--resume continues with the run''s own options'"
  })
  void wrongUsageIsOneSentence(String option, String value, int exitCode, String message) {
    CommandLineRun done = glue(folder.resolve("run"), option, value);
    assertThat(done.exitCode()).isEqualTo(exitCode);
    assertThat(done.err()).contains(message);
  }

  @Test
  void aWrongLineIsNamed() throws IOException {
    Files.writeString(data.resolve("dev.tsv"), "x\t1\t\ta b\nx\t1\n");
    CommandLineRun done = glue(folder.resolve("run"));
    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("dev.tsv, line 2 has 2 columns instead of 4");
    assertThat(CommandLineRun.of("glue", "cola2", "--data", data.toString()).exitCode())
        .isEqualTo(2);
  }
}
