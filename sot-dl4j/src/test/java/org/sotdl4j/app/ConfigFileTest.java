package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.app.train.RunFolder;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Options from a file, from a recipe and from the command line together. */
class ConfigFileTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("my.yaml");
  }

  private JsonNode resolved(String... arguments) {
    ParseResult parsed = Presets.complete(Main.commandLine().parseArgs(arguments));
    return YAMLMapper.shared().readTree(ConfigFile.textOf(parsed.subcommand().commandSpec()));
  }

  private JsonNode withFile(String yaml, String... more) throws IOException {
    Files.writeString(file, yaml);
    String[] arguments = new String[more.length + 3];
    arguments[0] = "train";
    arguments[1] = "--config";
    arguments[2] = file.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return resolved(arguments);
  }

  @Test
  void theCommandLineBeatsTheFileAndTheFileTheRecipe() throws IOException {
    JsonNode options =
        withFile("epochs: 7\nlr: 0.5\n", "--recipe", "sot_tiny", "--epochs", "3", "-b", "2");
    assertThat(options.get("epochs").asInt()).isEqualTo(3);
    assertThat(options.get("batch-size").asInt()).isEqualTo(2);
    assertThat(options.get("lr").asDouble()).isEqualTo(0.5);
    assertThat(options.get("weight-decay").asDouble()).isEqualTo(0.03);
    assertThat(options.get("model").asString()).isEqualTo("sot_tiny");
    assertThat(options.get("patience-epochs").asInt()).isEqualTo(10); // the option's own default
  }

  @Test
  void aFileMayNameTheRecipe() throws IOException {
    JsonNode options = withFile("recipe: sot_base\nb: 8\nweight_decay: 0.1\n");
    assertThat(options.get("model").asString()).isEqualTo("sot_base");
    assertThat(options.get("batch-size").asInt()).isEqualTo(8);
    assertThat(options.get("weight-decay").asDouble()).isEqualTo(0.1);
    assertThat(withFile("recipe: sot_base", "--recipe", "sot_tiny").get("model").asString())
        .isEqualTo("sot_tiny");
  }

  @Test
  void switchesListsAndArguments() throws IOException {
    String yaml =
        """
        data: pictures
        model-ema: true
        sched-on-updates: false
        scale: [0.3, 0.9]
        lr-noise: [0.4, 0.8]
        decay-milestones: [3, 5]
        opt-betas: [0.8, 0.9]
        crop-pct: null
        """;
    JsonNode options = withFile(yaml);
    assertThat(options.get("data").asString()).isEqualTo("pictures");
    assertThat(options.get("model-ema").asBoolean()).isTrue();
    assertThat(options.get("sched-on-updates").asBoolean()).isFalse();
    assertThat(options.get("scale").toString()).isEqualTo("[0.3,0.9]");
    assertThat(options.get("opt-betas").toString()).isEqualTo("[0.8,0.9]");
    assertThat(options.has("crop-pct")).isFalse();
    JsonNode other =
        withFile(
            yaml,
            "other",
            "--no-model-ema",
            "--sched-on-updates",
            "--scale",
            "0.5",
            "1",
            "--decay-milestones",
            "4");
    assertThat(other.get("data").asString()).isEqualTo("other");
    assertThat(other.get("model-ema").asBoolean()).isFalse();
    assertThat(other.get("sched-on-updates").asBoolean()).isTrue();
    assertThat(other.get("scale").toString()).isEqualTo("[0.5,1.0]");
    assertThat(other.get("decay-milestones").toString()).isEqualTo("[4]");
    assertThat(withFile(yaml, "--model-ema").get("model-ema").asBoolean()).isTrue();
  }

  @Test
  void ofTwoWaysToSayOneThingTheStrongerSourcesCounts() throws IOException {
    JsonNode options = resolved("train", "--recipe", "deit", "--lr", "0.1");
    assertThat(options.has("lr-base")).isFalse();
    assertThat(options.get("lr").asDouble()).isEqualTo(0.1);
    JsonNode accumulated = withFile("grad-accum-steps: 3", "--recipe", "deit");
    assertThat(accumulated.has("total-batch-size")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lr-rate: 1 | lr-rate in FILE is no option of 'sot train'; did you mean lr-base?",
        "batchsize: 1 | batchsize in FILE is no option of 'sot train'; did you mean batch-size?",
        "resume: run | resume in FILE is no option of 'sot train'",
        "epochs: many | In FILE: Invalid value for option '--epochs': 'many' is not an int",
        "epochs: {a: 1} | epochs in FILE must be one value or a list.",
        "- epochs | FILE is no YAML file of options, as 'epochs: 30' a line.",
        "epochs: [3 | FILE is no YAML file of options: line 1",
        "recipe: sot_tinny | There is no recipe sot_tinny; did you mean sot_tiny?",
        "scale: 0.3 | --scale needs two numbers"
      })
  void wrongFiles(String yaml, String message) throws IOException {
    Files.writeString(file, yaml);
    CommandLineRun run = CommandLineRun.of("train", "--config", file.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("sot: " + message.replace("FILE", file.toString()));
  }

  @Test
  void aKeyTwice() throws IOException {
    Files.writeString(file, "epochs: 1\nepochs: 2\n");
    CommandLineRun run = CommandLineRun.of("train", "-c", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is no YAML file of options: line 2");
  }

  @Test
  void theHelpShowsGroups() {
    CommandLineRun help = CommandLineRun.of("train", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .containsSubsequence(
            "--recipe",
            "Optimizer:",
            "--opt=",
            "Schedule:",
            "--lr=",
            "Mixing:",
            "--mixup=",
            "Pictures:",
            "--aa=")
        .containsOnlyOnce("--weight-decay=");
  }

  @Test
  void theConfigOfARunRunsTheSameAgain() throws IOException {
    Path data = TinyPictures.write(folder.resolve("data"), 2, 8, 2);
    Path first = folder.resolve("first");
    Files.writeString(
        file, "model: vit_nano\nimg-size: 16\nbatch-size: 4\ntotal-batch-size: 8\nepochs: 1\n");
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            data.toString(),
            "--config",
            file.toString(),
            "--recipe",
            "deit",
            "--seed",
            "5",
            "--output",
            first.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("batch 8 = 4 pictures x 2 accumulated");
    Path second = folder.resolve("second");
    CommandLineRun again =
        CommandLineRun.of(
            "train",
            "--config",
            new RunFolder(first).config().toString(),
            "--output",
            second.toString());
    assertThat(again.exitCode()).as(again.err()).isZero();
    SameRuns.check(second, first);
    assertThat(new RunFolder(second).config())
        .hasSameTextualContentAs(new RunFolder(first).config());
  }
}
