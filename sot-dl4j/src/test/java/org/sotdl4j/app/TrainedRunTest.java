package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.zoo.checkpoint.Safetensors;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What {@code eval}, {@code predict} and a further {@code train} make of a run's folder. */
class TrainedRunTest {

  private static final String OPTIONS =
      " --model vit_nano --img-size 16 --batch-size 8 --epochs 1 --warmup-epochs 0 --output ";

  @TempDir private static Path folder;
  private static Path data;
  private static Path run;

  @TempDir private Path work;

  @BeforeAll
  static void train() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 3, 8, 3);
    run = folder.resolve("run");
    CommandLineRun result = sot("train " + data + OPTIONS + run);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).containsExactly(run.toString());
  }

  private static CommandLineRun sot(String arguments) {
    return CommandLineRun.of(arguments.split(" "));
  }

  /** One sentence on standard error, perhaps with a list behind it. */
  private static void fails(CommandLineRun result, int exitCode, String... parts) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("sot: ").contains(parts).doesNotContain("--debug");
  }

  @Test
  void theFolderHoldsTheRecord() {
    assertThat(run.toFile().list())
        .containsExactlyInAnyOrder(
            "config.yaml",
            "environment.json",
            "metrics.csv",
            "steps.csv",
            "last.safetensors",
            "best.safetensors",
            "report.html");
    JsonNode config = YAMLMapper.shared().readTree(run.resolve("config.yaml"));
    assertThat(config.get("model").asString()).isEqualTo("vit_nano");
    assertThat(config.get("seed").asLong()).isEqualTo(42);
    assertThat(config.get("data").asString()).isEqualTo(data.toString());
  }

  @Test
  void theReportHasTheExactCommandAndRightAndWrongAnswers() throws IOException {
    String page = Files.readString(run.resolve("report.html"));

    assertThat(page).contains("<dd>./sot train " + data + OPTIONS + run + "</dd>");
    assertThat(page.split("<small>truth: ", -1)).hasSize(1 + 9); // all pictures
  }

  @Test
  void evalAndPredictAgree() {
    Path evaluated = work.resolve("eval.json");
    CommandLineRun eval = sot("eval " + run + " --results-file " + evaluated);
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    JsonNode results = JsonMapper.shared().readTree(evaluated);
    assertThat(results.propertyNames())
        .containsExactlyInAnyOrder(
            "model",
            "checkpoint",
            "count",
            "top1",
            "top5",
            "loss",
            "imagesPerSecond",
            "classes",
            "confusion");
    assertThat(results.get("model").asString()).isEqualTo("vit_nano");
    assertThat(Path.of(results.get("checkpoint").asString()))
        .isEqualTo(run.resolve("best.safetensors"));
    assertThat(results.get("count").asInt()).isEqualTo(9);
    assertThat(results.get("top5").asDouble()).isEqualTo(1);

    Path predicted = work.resolve("predict.json");
    StringBuilder pictures = new StringBuilder();
    for (int c = 0; c < 3; c++) {
      for (String file : List.of("00.png", "01.jpg", "02.png")) {
        pictures.append(" ").append(data.resolve("val/class" + c).resolve(file));
      }
    }
    CommandLineRun predict =
        sot("predict " + run + pictures + " --topk 2 --results-file " + predicted);
    assertThat(predict.exitCode()).as(predict.err()).isZero();
    JsonNode answers = JsonMapper.shared().readTree(predicted).get("pictures");
    assertThat(answers).hasSize(9);
    int right = 0;
    for (int i = 0; i < 9; i++) {
      JsonNode best = answers.get(i).get("predictions");
      assertThat(best).hasSize(2);
      assertThat(best.get(0).get("probability").asDouble())
          .isBetween(best.get(1).get("probability").asDouble(), 1.0);
      assertThat(best.get(0).get("className").asString())
          .isEqualTo("class" + best.get(0).get("index").asInt());
      assertThat(predict.out()).contains(answers.get(i).get("file").asString());
      right += best.get(0).get("index").asInt() == i / 3 ? 1 : 0;
    }
    assertThat(results.get("top1").asDouble()).isEqualTo(right / 9.0, within(1e-12));
  }

  @Test
  void evalOfACheckpointFileIsTheSame() {
    String ofFolder = sot("eval " + run).out();
    assertThat(ofFolder).contains("vit_nano: top-1", "on 9 pictures of data");
    assertThat(sot("eval " + run.resolve("best.safetensors")).out()).isEqualTo(ofFolder);
  }

  @Test
  void evalOnOtherPicturesOfTheSameClasses() throws IOException {
    TinyPictures.write(work.resolve("other"), 3, 1, 2);
    CommandLineRun eval = sot("eval " + run + " --data " + work.resolve("other"));
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    assertThat(eval.out()).contains("on 6 pictures of other");
  }

  @Test
  void evalOnOtherClassesFails() throws IOException {
    TinyPictures.write(work.resolve("other"), 2, 1, 2);
    Files.move(work.resolve("other/train/class1"), work.resolve("other/train/class9"));
    Files.move(work.resolve("other/val/class1"), work.resolve("other/val/class9"));
    fails(
        sot("eval " + run + " --data " + work.resolve("other")),
        1,
        "The model knows the classes [class0, class1, class2]",
        "[class0, class9]");
  }

  /** As ImageNet-A: a folder of some of the classes, none of which is answered but these. */
  @Test
  void evalOnSomeOfTheClasses() throws IOException {
    Path some = TinyPictures.write(work.resolve("some"), 3, 1, 4).resolve("val");
    Files.move(some.resolve("class0"), work.resolve("elsewhere"));
    CommandLineRun eval = sot("eval " + run + " --data " + some);
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    assertThat(eval.out()).contains("on 8 pictures of val");
    assertThat(eval.err()).contains("The pictures are of 2 of the 3 classes");
  }

  @Test
  void evalWithRealLabels() throws IOException {
    Path pictures = work.resolve("real");
    for (int i = 1; i <= 3; i++) {
      Path folder = Files.createDirectories(pictures.resolve("class" + (i - 1)));
      TinyPictures.picture(folder.resolve("ILSVRC2012_val_0000000%d.jpg".formatted(i)), i - 1, i);
    }
    Path labels = Files.writeString(work.resolve("real.json"), "[[0,1,2],[],[2,0,1]]");
    String command = "eval " + run + " --data " + pictures + " --real-labels ";
    CommandLineRun eval = sot(command + labels);
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    assertThat(eval.out()).contains("on 3 pictures", "ReaL top-1 100.00 % on 2 pictures");
    Files.writeString(labels, "[[3]]");
    fails(sot(command + labels), 1, "has the class 3, but the model knows 3 classes");
    Files.writeString(labels, "[[");
    fails(sot(command + labels), 1, "is no list of labels in JSON");
    fails(sot(command + work.resolve("no.json")), 1, "There is no file");
  }

  @Test
  void evalOfWhatIsNoRunFails() {
    fails(sot("eval " + work), 1, work + " holds no trained model (no best.safetensors)");
    fails(sot("eval " + work.resolve("nowhere")), 1, "nowhere", "no such file or folder");
    fails(sot("eval " + run.resolve("config.yaml")), 1, "config.yaml");
  }

  @Test
  void evalOfATruncatedCheckpointFails() throws IOException {
    byte[] bytes = Files.readAllBytes(run.resolve("best.safetensors"));
    for (int length : new int[] {0, 5, 1000, bytes.length - 1}) {
      Path cut = Files.write(work.resolve("cut.safetensors"), Arrays.copyOf(bytes, length));
      CommandLineRun result = sot("eval " + cut);
      fails(result, 1, cut.toString());
      assertThat(result.err()).hasLineCount(1);
    }
  }

  @Test
  void evalListsEveryTensorThatDoesNotFit() throws IOException {
    Path odd = work.resolve("odd.safetensors");
    changeTensors(odd);
    CommandLineRun result = sot("eval " + odd);
    fails(
        result,
        1,
        odd + ", a checkpoint of vit_nano, does not fit (missing: 1 of",
        "missing: norm.bias",
        "different: head.weight",
        "unexpected: extra.weight");
    assertThat(result.err()).hasLineCount(4);
  }

  @Test
  void trainListsThemTooAndLeavesNoFolder() throws IOException {
    Path odd = work.resolve("odd.safetensors");
    changeTensors(odd);
    Path next = work.resolve("next");
    CommandLineRun result = sot("train " + data + OPTIONS + next + " --initial-checkpoint " + odd);
    fails(result, 1, "missing: norm.bias", "different: head.weight", "unexpected: extra.weight");
    assertThat(next).doesNotExist();
  }

  /** One tensor is missing, one has another shape, one is too many. */
  private static void changeTensors(Path target) throws IOException {
    try (TensorFile file = TensorFile.open(run.resolve("best.safetensors"))) {
      SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
      file.names().forEach(name -> tensors.put(name, file.read(name)));
      assertThat(tensors.remove("norm.bias")).isNotNull();
      assertThat(tensors.put("head.weight", Nd4j.zeros(5, 96))).isNotNull();
      tensors.put("extra.weight", Nd4j.zeros(2, 3));
      Safetensors.write(target, tensors, file.metadata());
    }
  }

  @Test
  void aCheckpointOfAnotherModelSaysSo() {
    Path next = work.resolve("next");
    CommandLineRun result =
        sot(
            ("train %s --model sot_nano --img-size 16 --batch-size 8 --epochs 1 --output %s"
                    + " --initial-checkpoint %s")
                .formatted(data, next, run.resolve("best.safetensors")));
    fails(result, 1, "best.safetensors, a checkpoint of vit_nano, does not fit (missing: 37 of");
    assertThat(next).doesNotExist();
  }

  @Test
  void trainStartsFromACheckpoint() throws IOException {
    Path next = work.resolve("next");
    // A step that moves nothing: the best of the new run is what it started from.
    CommandLineRun result =
        sot(
            "train "
                + data
                + OPTIONS
                + next
                + " --opt sgd --lr 1e-30 --min-lr 0 --initial-checkpoint "
                + run.resolve("best.safetensors"));
    assertThat(result.exitCode()).as(result.err()).isZero();
    try (TensorFile before = TensorFile.open(run.resolve("best.safetensors"));
        TensorFile after = TensorFile.open(next.resolve("best.safetensors"))) {
      for (String name : before.names()) {
        assertThat(after.read(name)).as(name).isEqualTo(before.read(name));
      }
    }
  }

  @Test
  void predictNamesThePictureThatIsMissingOrBroken() throws IOException {
    fails(sot("predict " + run + " nowhere.png"), 1, "nowhere.png: the file does not exist");
    Path text = Files.writeString(work.resolve("text.jpg"), "this is no picture");
    fails(sot("predict " + run + " " + text), 1, text + ": it is neither JPEG nor PNG nor WebP");
    fails(sot("predict " + run), 2, "After RUN the pictures are missing");
    fails(sot("predict " + run + " " + text + " --topk 0"), 2, "--topk must be 1 or more, not 0");
  }

  @Test
  void anOutputFolderThatHoldsARunIsNotTouched() {
    long modified = run.resolve("config.yaml").toFile().lastModified();
    fails(
        sot("train " + data + OPTIONS + run),
        2,
        run + " already holds a run; continue it with --resume " + run);
    assertThat(run.resolve("config.yaml").toFile().lastModified()).isEqualTo(modified);
  }

  @Test
  void resumeTakesNoOtherOption() {
    fails(sot("train --resume " + run + " --epochs 4"), 2, "leave out --epochs");
    fails(sot("train " + data + " --resume " + run), 2, "leave out DATA");
  }

  @Test
  void resumeOfAnEmptyFolderFails() {
    fails(sot("train --resume " + work), 1, work + " holds no checkpoint to continue from");
  }

  @Test
  void resumeNeedsTheOptimizersState() throws IOException {
    Path copy = Files.createDirectory(work.resolve("copy"));
    Files.copy(
        run.resolve("best.safetensors"),
        copy.resolve("last.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    fails(
        sot("train --resume " + copy),
        1,
        "holds weights but no state of the optimizer",
        "--initial-checkpoint");
  }

  @Test
  void resumeOfAFinishedRunWritesItsReportAgain() throws IOException {
    Path report = run.resolve("report.html");
    Files.delete(report);
    CommandLineRun result = sot("train --resume " + run);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).containsExactly(run.toString());
    assertThat(report)
        .content()
        .contains("<dd>./sot train " + data + OPTIONS + run + "</dd>")
        .contains("<dt>resumed by</dt><dd>./sot train --resume " + run + "</dd>");
  }
}
