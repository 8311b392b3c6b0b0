package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
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

  @Test
  void itsCommandsExist() throws IOException {
    List<String> commands =
        Pattern.compile("(?m)^\\./sot (\\w+)")
            .matcher(readme())
            .results()
            .map(r -> r.group(1))
            .toList();
    assertThat(commands).contains("train", "eval", "predict");
    assertThat(Main.commandLine().getSubcommands().keySet())
        .containsAll(commands.stream().filter(c -> !c.equals("test")).toList());
  }

  @Test
  void itsJavaCodeLoadsACheckpoint(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sot_tiny.safetensors");
    try (Parameters saved = new Parameters(DataType.FLOAT, Parameters.Source.seeded(1))) {
      var _ = ModelGraph.of(Zoo.get("sot_tiny").model(), saved, Phase.EVAL);
      Checkpoint.save(file, saved, new LinkedHashMap<>(), Map.of(Checkpoint.MODEL, "sot_tiny"));
    }
    Model model = Zoo.get("sot_tiny").model();
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(42));
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    Checkpoint.load(file, parameters);
    SameDiff sameDiff = graph.graph().sameDiff();
    assertThat(sameDiff.hasVariable("blocks.11.attn.qkv.weight")).isTrue();
    assertThat(readme().lines().map(String::strip))
        .contains(
            "Model model = Zoo.get(\"sot_tiny\").model();",
            "Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(42));",
            "SameDiff sameDiff = graph.graph().sameDiff();");
    parameters.close();
  }
}
