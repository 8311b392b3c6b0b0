package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What options of {@code train} and {@code eval} do to a run. */
class TrainOptionsTest {

  @TempDir private Path folder;
  private Path data;
  private Path run;

  @BeforeEach
  void pictures() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 2, 8, 4);
    run = folder.resolve("run");
  }

  private CommandLineRun train(String options) {
    String model = options.contains("--model ") ? "" : "--model vit_nano --img-size 16 ";
    String usual = "train %s -b 8 --output %s %s".formatted(data, run, model);
    return CommandLineRun.of((usual + options).split(" "));
  }

  private List<EpochMetrics> trained(String options) throws IOException {
    CommandLineRun result = train(options);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return MetricsCsv.read(run.resolve("metrics.csv"));
  }

  @Test
  void earlyStoppingWaitsForItsEpochs() throws IOException {
    CommandLineRun result = train("--epochs 9 --early-stopping 2 --lr 1e-12");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(MetricsCsv.read(run.resolve("metrics.csv"))).hasSize(3); // the first is the best
    assertThat(result.err()).contains("Ended after 3 epochs, as the last 2 were no better");
    assertThat(run.resolve("report.html")).exists();
  }

  @Test
  void theBestEpochsKeepTheirCheckpoints() throws IOException {
    List<EpochMetrics> metrics = trained("--epochs 6 --checkpoint-hist 2 --lr 3e-2");
    List<Integer> best =
        IntStream.range(0, 6)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> metrics.get(i).valTop1()).reversed())
            .limit(2)
            .map(i -> i + 1)
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("check")))
          .containsExactlyInAnyOrder(
              "checkpoint-%d.safetensors".formatted(best.get(0)),
              "checkpoint-%d.safetensors".formatted(best.get(1)));
    }
    CommandLineRun eval =
        CommandLineRun.of(
            "eval", run.resolve("checkpoint-%d.safetensors".formatted(best.getLast())).toString());
    assertThat(eval.exitCode()).as(eval.err()).isZero();
  }

  @Test
  void evalTakesTheAverageOrTheWeights() throws IOException {
    trained("--epochs 2 --model-ema --model-ema-decay 0.9");
    Path last = run.resolve("last.safetensors");
    try (TensorFile file = TensorFile.open(last);
        SavedModel average = SavedModel.open(last, true);
        SavedModel weights = SavedModel.open(last, false)) {
      assertThat(average.parameters().get("head.weight")).isEqualTo(file.read("ema.head.weight"));
      assertThat(weights.parameters().get("head.weight")).isEqualTo(file.read("head.weight"));
    }
    assertThat(CommandLineRun.of("eval", last.toString(), "--no-use-ema").exitCode()).isZero();
    CommandLineRun best = CommandLineRun.of("eval", run.toString(), "--no-use-ema");
    assertThat(best.exitCode()).isEqualTo(1);
    assertThat(best.err())
        .contains("best.safetensors holds the moving average of the weights only");
  }

  @Test
  void theBatchChangesNoAnswerOfEval() throws IOException {
    trained("--epochs 1");
    List<String> results = new ArrayList<>();
    for (String batch : List.of("1", "3", "100")) {
      CommandLineRun eval = CommandLineRun.of("eval", run.toString(), "--per-class", "-b", batch);
      assertThat(eval.exitCode()).as(eval.err()).isZero();
      results.add(eval.out());
    }
    assertThat(results).containsOnly(results.getFirst());
    CommandLineRun none = CommandLineRun.of("eval", run.toString(), "-b", "0");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("--batch-size must be 1 or more, not 0");
  }

  @Test
  void evalShowsAndWritesEachClass() throws IOException {
    trained("--epochs 2");
    Path json = folder.resolve("result.json");
    Path csv = folder.resolve("result.csv");
    CommandLineRun eval =
        CommandLineRun.of("eval", run.toString(), "--per-class", "--results-file", json.toString());
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    assertThat(eval.out().lines()).hasSize(3);
    assertThat(eval.err()).contains(" img/s");
    assertThat(eval.out()).containsPattern("class1 +4 pictures  recall");
    JsonNode results = JsonMapper.shared().readTree(json);
    long right = results.at("/confusion/0/0").asLong() + results.at("/confusion/1/1").asLong();
    assertThat(results.get("top1").asDouble()).isEqualTo(right / 8.0);
    assertThat(results.at("/classes/0/recall").asDouble())
        .isEqualTo(results.at("/confusion/0/0").asLong() / 4.0);
    CommandLineRun again =
        CommandLineRun.of("eval", run.toString(), "--results-file", csv.toString());
    assertThat(again.exitCode()).isZero();
    assertThat(Files.readAllLines(csv))
        .hasSize(3)
        .startsWith("class,pictures,recall,precision,as class0,as class1")
        .last()
        .asString()
        .startsWith("class1,4,")
        .endsWith("," + results.at("/confusion/1/1").asLong());
  }

  @Test
  void aFolderToValidateOn() throws IOException {
    TinyPictures.write(folder.resolve("other"), 2, 1, 1);
    Files.move(folder.resolve("other/val"), data.resolve("held-out"));
    CommandLineRun result = train("--epochs 1 --val-split held-out");
    assertThat(result.err()).contains("16 training and 2 validation pictures");
    CommandLineRun eval = CommandLineRun.of("eval", run.toString());
    assertThat(eval.out()).contains("on 2 pictures");
    run = folder.resolve("second");
    CommandLineRun missing = train("--epochs 1 --val-split nowhere");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("has no folder nowhere to validate on");
    CommandLineRun bundled = CommandLineRun.of("train", "--val-split", "val");
    assertThat(bundled.exitCode()).isEqualTo(1);
    assertThat(bundled.err()).contains("leave out --val-split");
  }

  @Test
  void inEvaluationModeNothingIsDroppedAndBatchNormsKeepTheirStatistics() throws IOException {
    trained("--model sot_nano --img-size 16 --epochs 1 --eval-mode --drop-path 0.5");
    try (SavedModel saved = SavedModel.open(run)) {
      saved
          .parameters()
          .forEach(p -> {
            if (p.name().endsWith("running_mean")) {
              assertThat(p.array().norm2Number().doubleValue()).as(p.name()).isZero();
            }
          });
    }
    INDArray first = weights();
    run = folder.resolve("without-drop-path");
    trained("--model sot_nano --img-size 16 --epochs 1 --eval-mode");
    assertThat(weights()).isEqualTo(first);
  }

  private INDArray weights() {
    try (TensorFile file = TensorFile.open(run.resolve("last.safetensors"))) {
      return file.read("blocks.0.attn.qkv.weight");
    }
  }

  @Test
  void dropoutOfAttention() throws IOException {
    trained("--epochs 1");
    INDArray without = weights();
    run = folder.resolve("dropping");
    trained("--epochs 1 --attn-drop 0.3");
    assertThat(weights()).isNotEqualTo(without);
    CommandLineRun windows = train("--model swin_t --img-size 224 --attn-drop 0.1");
    assertThat(windows.exitCode()).isEqualTo(2);
    assertThat(windows.err())
        .startsWith("sot: --attn-drop does not suit swin_t: The attention inside windows has no");
  }

  @Test
  void aRunTeachesAnotherOfTheSameClasses() throws IOException {
    Path teacher = run;
    trained("--epochs 1");
    run = folder.resolve("student");
    String options =
        "--model deit_nano_distilled --img-size 16 --epochs 1 --seed 1 --distillation-type hard --teacher ";
    trained(options + teacher);
    INDArray distilled = weights();
    run = folder.resolve("alone");
    trained("--model deit_nano_distilled --img-size 16 --epochs 1 --seed 1");
    assertThat(distilled).isNotEqualTo(weights());
    for (String part : List.of("train", "val")) {
      Files.move(data.resolve(part).resolve("class1"), data.resolve(part).resolve("class2"));
    }
    run = folder.resolve("other");
    CommandLineRun other = train(options + teacher);
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err())
        .isEqualTo(
            "sot: Class 1 of the teacher %s is class1, of the student class2%n".formatted(teacher));
  }

  @Test
  void theBackboneLearnsAtItsRatio() throws IOException {
    // sign updates: each weight moves by its learning rate
    String options = "--epochs 1 --opt lion --weight-decay 0 --clip-grad 0 --lr 1e-4";
    Path start = folder.resolve("start");
    run = start;
    trained("--epochs 1 --lr 1e-12 --warmup-epochs 0 --weight-decay 0");
    run = folder.resolve("tuned");
    trained(
        options
            + " --warmup-epochs 0 --transfer-ratio 0.1 --no-sched-on-updates --initial-checkpoint "
            + start.resolve("last.safetensors"));
    assertThat(moved(start, "head.weight")).isBetween(1e-4, 3e-4);
    assertThat(moved(start, "blocks.0.attn.qkv.weight")).isBetween(1e-5, 3e-5);
  }

  private double moved(Path start, String name) {
    try (TensorFile before = TensorFile.open(start.resolve("last.safetensors"));
        TensorFile after = TensorFile.open(run.resolve("last.safetensors"))) {
      return after.read(name).sub(before.read(name)).amaxNumber().doubleValue();
    }
  }
}
