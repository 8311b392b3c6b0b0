package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

/** The README's table, commands and code are what the project does. */
class ReadmeTest {

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  @Test
  void theTableShowsWhatTheGraphsCount() throws IOException {
    List<MatchResult> rows =
        Pattern.compile(
                "(?m)^\\| ((?:\\w+_\\w+(?:, )?)+) \\| ([\\d.]+) \\| ([\\d.]+) \\| ([\\d.]+) \\|$")
            .matcher(readme())
            .results()
            .toList();
    assertThat(rows).hasSizeGreaterThan(9);
    for (MatchResult row : rows) {
      for (String name : row.group(1).split(", ", -1)) {
        ModelInfo model = ModelInfo.of(Zoo.get(name));
        assertThat(row.group(2)).as(name).isEqualTo(digits(row.group(2), model.trainable() / 1e6));
        assertThat(row.group(3)).as(name).isEqualTo(digits(row.group(3), model.gmacs()));
        assertThat(row.group(4)).as(name).isEqualTo(digits(row.group(4), model.gmacsLinearConv()));
      }
    }
  }

  /** A value with as many decimals as a text has. */
  private static String digits(String like, double value) {
    return String.format(Locale.ROOT, "%." + (like.length() - like.indexOf('.') - 1) + "f", value);
  }

  /** The blocks of code in a language; that of commands has no name. */
  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$")
        .matcher(readme())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static List<String> commands() throws IOException {
    return blocks("").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("./sot ") && !line.equals("./sot test"))
        .map(line -> line.substring("./sot ".length()).replaceFirst("\\s+# .*", ""))
        .toList();
  }

  private static String[] words(String command) {
    return Pattern.compile("\"([^\"]*)\"|(\\S+)")
        .matcher(command)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toArray(String[]::new);
  }

  @Test
  void itsCommandsHaveTheirOptions() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(15);
    for (String command : commands()) {
      assertThatCode(() -> Main.commandLine().parseArgs(words(command)))
          .as(command)
          .doesNotThrowAnyException();
    }
  }

  /** Those that need neither hours nor data that is not here, one after the other. */
  @Test
  void itsCommandsRun(@TempDir Path folder) throws IOException {
    Path data = TinyPictures.write(folder.resolve("data"), 3, 8, 3);
    Path picture = TinyPictures.picture(folder.resolve("picture.jpg"), 0, 1);
    Path weights = folder.resolve("deit_tiny.pth");
    Files.move(checkpoint(folder, "deit_tiny"), weights);
    Path run = folder.resolve("run");
    Map<String, String> places = new LinkedHashMap<>();
    places.put(
        "model.fb --model sot_nano", "model.fb --model sot_nano --num-classes 3 --img-size 20");
    places.put("path/to/pictures", data.toString());
    places.put("picture.jpg", picture.toString());
    places.put("deit_tiny.pth", weights.toString());
    for (String file : List.of("result.json", "model.onnx", "half.onnx", "model.fb")) {
      places.put(file, folder.resolve(file).toString());
    }
    places.put("RUN", run.toString());
    places.put("--epochs 30", "--epochs 1 --batch-size 8 --output " + run);
    int done = 0;
    for (String command :
        Stream.concat(
                commands().stream().filter(c -> c.endsWith("--epochs 30")),
                commands().stream()
                    .filter(c -> c.matches("(eval|predict|export|import)\\b.*"))
                    .filter(c -> !c.contains("imagenet")))
            .toList()) {
      String here = command;
      for (var place : places.entrySet()) {
        here = here.replaceAll("(?<![\\w/])" + place.getKey() + "(?![\\w/])", place.getValue());
      }
      CommandLineRun result = CommandLineRun.of(words(here));
      assertThat(result.exitCode()).as(here + ": " + result.err()).isZero();
      done++;
    }
    assertThat(done).isGreaterThan(7);
  }

  private static Path checkpoint(Path folder, String model) throws IOException {
    Path file = folder.resolve(model + ".safetensors");
    try (SavedModel saved = SavedModel.untrained(model, Zoo.get(model).model())) {
      Checkpoint.save(file, saved.parameters(), new LinkedHashMap<>(), saved.metadata());
    }
    return file;
  }

  /** As a script of JShell. */
  @Test
  void itsJavaCodeRuns(@TempDir Path folder) throws IOException {
    Path weights = checkpoint(folder, "sot_tiny");
    Path picture = TinyPictures.picture(folder.resolve("picture.jpg"), 0, 1);
    // Those of DL4J are dl4j-zoo's to run.
    List<String> blocks =
        blocks("java").stream().filter(code -> !code.startsWith("ComputationGraph")).toList();
    assertThat(blocks).hasSize(2);
    for (String block : blocks) {
      String code =
          block
              .replaceFirst("runs/[\\w-]+|sot_tiny\\.safetensors", weights.toString())
              .replace("picture.jpg", picture.toString());
      assertThat(code).contains(weights.toString());
      Path script = Files.writeString(folder.resolve("code.jsh"), code);
      CommandLineRun result = CommandLineRun.of("shell", script.toString());
      assertThat(result.exitCode()).as(result.err()).isZero();
    }
  }
}
