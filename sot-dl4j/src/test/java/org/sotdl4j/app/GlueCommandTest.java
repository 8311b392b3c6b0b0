package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sotdl4j.app.glue.GlueRun;
import org.sotdl4j.app.glue.TinyBert;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextInput;

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
    return glue("CoLA", run, more);
  }

  private CommandLineRun glue(String task, Path run, String... more) {
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
    List<String> args = new ArrayList<>(List.of("glue", task));
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
    assertThat(influence.out())
        .startsWith(run + ", ")
        .contains(": answer 1")
        .containsPattern("\\+\\d\\.\\d{3}  a");
    assertThat(Files.readString(page))
        .contains(">a</span>")
        .contains("<p>" + run + ": answer 1")
        .doesNotContainPattern("<span style[^>]* title=\"-");
    assertThat(influence.err()).doesNotContain("cut off");
    assertThat(CommandLineRun.of("influence", run.toString(), "--text", "b a ".repeat(9)).err())
        .contains("The text is longer than the 8 tokens that " + run + " reads, and is cut off.");
  }

  /** A run's model in ONNX Runtime and in stock SameDiff, which trains it further. */
  @ParameterizedTest
  @CsvSource({"CoLA, 2", "STS-B, 1"})
  void exportsAgree(String task, int outputs) throws Exception {
    if (task.equals("STS-B")) {
      writeNumbers();
    }
    Path run = folder.resolve("run");
    CommandLineRun done = glue(task, run, "--epochs", "2");
    assertThat(done.exitCode()).as(done.err()).isZero();
    for (String name : List.of("m.onnx", "m.fb", "m.safetensors")) {
      CommandLineRun export =
          CommandLineRun.of("export", run.toString(), "--out", folder.resolve(name).toString());
      assertThat(export.exitCode()).as(export.err()).isZero();
      assertThat(export.out()).contains(name + ": bert, ");
    }
    assertThat(Files.readString(folder.resolve("m.tokenizer.json"))).contains("[CLS]");

    int length = 8;
    INDArray ids =
        Nd4j.createFromArray(2, 5, 6, 3, 0, 0, 0, 0, 2, 6, 6, 5, 6, 3, 0, 0).reshape(2, length);
    INDArray mask = ids.gt(0).castTo(DataType.FLOAT);
    INDArray segments = Nd4j.zeros(DataType.INT32, 2, length);
    Map<String, INDArray> texts =
        Map.of(TextInput.IDS, ids, TextInput.MASK, mask, TextInput.SEGMENTS, segments);
    INDArray expected;
    try (GlueRun opened = GlueRun.open(run)) {
      var graph = ModelGraph.of(opened.model(), opened.parameters(), Phase.EVAL).graph();
      expected = graph.sameDiff().output(texts, ModelGraph.LOGITS).get(ModelGraph.LOGITS).dup();
      assertThat(expected.shape()).containsExactly(2, outputs);
    }

    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    long[] shape = {2, length};
    try (OrtSession session = ort.createSession(folder.resolve("m.onnx").toString());
        OnnxTensor idTensor =
            OnnxTensor.createTensor(ort, IntBuffer.wrap(ids.data().asInt()), shape);
        OnnxTensor maskTensor =
            OnnxTensor.createTensor(ort, FloatBuffer.wrap(mask.data().asFloat()), shape);
        OnnxTensor segmentTensor =
            OnnxTensor.createTensor(ort, IntBuffer.wrap(segments.data().asInt()), shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    TextInput.IDS, idTensor,
                    TextInput.MASK, maskTensor,
                    TextInput.SEGMENTS, segmentTensor))) {
      INDArray logits = Nd4j.createFromArray((float[][]) result.get(0).getValue());
      assertThat(logits.equalsWithEps(expected, 1e-5)).isTrue();
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("task", task)
          .containsEntry("max_length", "8");
    }

    SameDiff sd = SameDiff.load(folder.resolve("m.fb").toFile(), false);
    assertThat(sd.output(texts, "logits").get("logits").equalsWithEps(expected, 1e-6)).isTrue();
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-3))
            .dataSetFeatureMapping(TextInput.IDS, TextInput.MASK, TextInput.SEGMENTS)
            .dataSetLabelMapping(ModelGraph.TARGETS)
            .build());
    INDArray targets = Nd4j.ones(DataType.FLOAT, 2, outputs).divi(outputs);
    Map<String, INDArray> all = new HashMap<>(texts);
    all.put(ModelGraph.TARGETS, targets);
    double before = sd.output(all, "loss").get("loss").getDouble(0);
    MultiDataSet batch =
        new MultiDataSet(new INDArray[] {ids, mask, segments}, new INDArray[] {targets});
    for (int step = 0; step < 5; step++) {
      sd.fit(batch);
    }
    assertThat(sd.output(all, "loss").get("loss").getDouble(0)).isLessThan(before);
  }

  /** A question over two lines, and one of the server's that is empty. */
  @Test
  void brokenLinesOfQqpAreCounted() throws IOException {
    String rows = "0\t1\t2\ta\ta\t1\n1\t3\t4\ta\tb\t0\n".repeat(4);
    String header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";
    Files.writeString(data.resolve("train.tsv"), header + "9\t1\t2\ta\nb\ta\t0\n" + rows);
    Files.writeString(data.resolve("dev.tsv"), header + rows);
    Files.writeString(data.resolve("test.tsv"), "id\tquestion1\tquestion2\n0\ta\t\n1\ta\tb\n");
    CommandLineRun done = glue("QQP", folder.resolve("run"), "--epochs", "1");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.err())
        .contains("2 lines are left out; the first: ")
        .contains("train.tsv, line 2 has 4 columns instead of 6");
    assertThat(Files.readAllLines(folder.resolve("run/QQP.tsv"))).hasSize(3);
  }

  /** A pair is worth as much as the word says. */
  private void writeNumbers() throws IOException {
    StringBuilder rows = new StringBuilder("a\tb\tc\td\te\tf\tg\tsentence1\tsentence2\tscore\n");
    for (int i = 0; i < 16; i++) {
      String words = i % 2 == 0 ? "a\ta\t5" : "a\tb\t1";
      rows.append("1\t".repeat(7)).append(words).append("\n");
    }
    Files.writeString(data.resolve("train.tsv"), rows);
    Files.writeString(data.resolve("dev.tsv"), rows);
    Files.delete(data.resolve("test.tsv"));
  }

  @Test
  void longTextsAreCutOffAndCounted() throws IOException {
    Files.writeString(data.resolve("dev.tsv"), "x\t1\t\ta b a b a b a b a b\nx\t0\t\tb\n");
    CommandLineRun done = glue(folder.resolve("run"), "--epochs", "1");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.err()).contains("1 texts are longer than 8 tokens and are cut off");
  }

  @Test
  void aRunThatIsDoneDoesNotNeedWhatItBeganWith() throws IOException {
    Path run = folder.resolve("run");
    assertThat(glue(run, "--epochs", "1").exitCode()).isZero();
    Files.move(encoder, folder.resolve("elsewhere"));
    Path moved = Files.move(run, folder.resolve("moved"));
    CommandLineRun influence = CommandLineRun.of("influence", moved.toString(), "--text", "b a");
    assertThat(influence.exitCode()).as(influence.err()).isZero();
    assertThat(influence.out()).contains("  a\n");
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
