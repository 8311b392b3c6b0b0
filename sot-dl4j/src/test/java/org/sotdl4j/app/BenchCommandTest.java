package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {

  private static final String[] SHORT = {
    "bench", "--model", "vit_nano", "--batch", "2", "--runs", "2", "--warmup", "1"
  };

  private static CommandLineRun run(String... more) {
    String[] arguments = Arrays.copyOf(SHORT, SHORT.length + more.length);
    System.arraycopy(more, 0, arguments, SHORT.length, more.length);
    return CommandLineRun.of(arguments);
  }

  @Test
  void aLineOfJsonPerMeasurement() {
    CommandLineRun run = run("--peers", "sot,stock,ort", "--json");
    assertThat(run.exitCode()).isZero();
    List<JsonNode> lines = run.out().lines().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines)
        .extracting(line -> line.get("peer").asString() + " " + line.get("mode").asString())
        .containsExactly("sot forward", "stock forward", "ort forward", "sot train", "stock train");
    for (JsonNode line : lines) {
      assertThat(line.propertyNames())
          .containsExactlyInAnyOrder(
              "model", "peer", "mode", "batch", "median_s", "best_s", "images_per_s", "rss_mb");
      double median = line.get("median_s").asDouble();
      assertThat(median).isPositive().isGreaterThanOrEqualTo(line.get("best_s").asDouble());
      assertThat(line.get("images_per_s").asDouble()).isEqualTo(2 / median);
    }
  }

  @Test
  void theProfileNamesTheFusedSteps(@TempDir Path folder) throws IOException {
    Path csv = folder.resolve("bench.csv");
    CommandLineRun run = run("--mode", "train", "--profile", "--csv", csv.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("attention_bp", "layer_norm_bp", "gelu_bp", "linear_bp", "matmul");
    assertThat(Files.readAllLines(csv)).hasSize(2).first().asString().startsWith("model,peer,mode");
  }

  @Test
  void wrongUsage() {
    assertThat(run("--batch", "0").exitCode()).isEqualTo(2);
    assertThat(run("--peers", "torch").exitCode()).isEqualTo(2);
    assertThat(run("--peers", "ort", "--mode", "train").err())
        .contains("ONNX Runtime does not train: measure it with --mode forward.");
    assertThat(run("--csv", "no/such/folder/x.csv").err()).contains("There is no folder");
    assertThat(CommandLineRun.of("bench", "--model", "sot_tyni").err())
        .contains("did you mean sot_tiny");
  }

  @Test
  void whatDoesNotFitIntoMemory() {
    for (String peer : new String[] {"sot", "stock"}) {
      for (String mode : new String[] {"forward", "train"}) {
        CommandLineRun run =
            CommandLineRun.of(
                "bench", "--model", "vit_nano", "-b", "3000000", "--mode", mode, "--peers", peer);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
            .singleElement()
            .asString()
            .startsWith("sot: not enough memory (A ")
            .contains("GiB are free")
            .endsWith("of which off-heap memory is the double");
        assertThat(run.err().contains("; a batch of ")).isEqualTo(peer.equals("sot"));
      }
    }
  }
}
