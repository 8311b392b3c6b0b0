package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sotdl4j.app.report.SummaryRow;
import org.sotdl4j.zoo.LayerSummary;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SummaryCommandTest {

  @TempDir private Path folder;

  static List<ModelEntry> models() {
    return Zoo.list("*_nano*");
  }

  @ParameterizedTest
  @MethodSource("models")
  void theWholeIsWhatInfoSays(ModelEntry entry) {
    ModelInfo info = ModelInfo.of(entry);
    LayerSummary whole = LayerSummary.of(entry.architecture());

    assertThat(whole.parameters()).isEqualTo(info.trainable());
    assertThat(whole.macs().total() / 1e9).isEqualTo(info.gmacs());
    assertThat(whole.macs().linearAndConvolution() / 1e9).isEqualTo(info.gmacsLinearConv());
    assertSumsFit(whole);
  }

  /** A layer has at least what its parts have together. */
  private static void assertSumsFit(LayerSummary layer) {
    assertThat(layer.parts().stream().mapToLong(LayerSummary::parameters).sum())
        .as(layer.path())
        .isLessThanOrEqualTo(layer.parameters());
    assertThat(layer.parts().stream().mapToLong(p -> p.macs().total()).sum())
        .as(layer.path())
        .isLessThanOrEqualTo(layer.macs().total());
    layer.parts().forEach(SummaryCommandTest::assertSumsFit);
  }

  /** vit_nano: 28 pixels, patches of 4, width 96, MLP 192, 50 tokens, 4 heads. */
  @Test
  void aBlockHasTheNumbersOfItsArithmetic() {
    LayerSummary model = LayerSummary.of(Zoo.get("vit_nano").architecture());
    LayerSummary block =
        model.parts().stream()
            .filter(p -> p.path().equals("blocks"))
            .findFirst()
            .orElseThrow()
            .parts()
            .get(2);

    assertThat(block.path()).isEqualTo("blocks.2");
    assertThat(block.shape()).containsExactly(1L, 50L, 96L);
    long linear = 96 * 3 * 96 + 96 * 96 + 2 * 96 * 192;
    assertThat(block.parameters()).isEqualTo(linear + 4 * 96 + 3 * 96 + 96 + 192 + 96);
    assertThat(block.macs().linearAndConvolution()).isEqualTo(50 * linear);
    assertThat(block.macs().total()).isEqualTo(50 * linear + 2 * 50 * 50 * 96);
    assertThat(block.activationBytes()).isGreaterThan(4L * 50 * (3 * 96 + 192));
  }

  @Test
  void alikeBlocksAreOneLine() {
    CommandLineRun run = CommandLineRun.of("summary", "vit_nano");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("blocks", "0..3 (4 together)", "50 x 96", "patch_embed");
    assertThat(run.out().lines().toList().getLast()).startsWith("vit_nano").contains("0.310");
  }

  @Test
  void theTreeIsAnObjectToo() {
    CommandLineRun run = CommandLineRun.of("summary", "sot_nano", "--json");

    JsonNode tree = JsonMapper.shared().readTree(run.out());
    assertThat(tree.get("parts").get(0).get("path").asString()).isEqualTo("visual_tokens");
  }

  /** PiT's pools lie between its transformers, though their names come after. */
  @Test
  void stagesStandInTheOrderInWhichTheyAreComputed() {
    assertThat(SummaryRow.stages(LayerSummary.of(Zoo.get("pit_nano").architecture())))
        .extracting(SummaryRow::name)
        .containsExactly(
            "patch_embed",
            "transformers.0",
            "pools.0",
            "transformers.1",
            "pools.1",
            "transformers.2",
            "norm",
            "head");
    assertThat(CommandLineRun.of("summary", "pit_nano").out())
        .containsPattern("  0 +64 x 4 x 4 +0.003"); // pools.0
  }

  @Test
  void theDrawingAndThePageAreWellFormed() throws Exception {
    for (String name : new String[] {"stages.svg", "page.html"}) {
      Path file = folder.resolve(name);
      CommandLineRun run = CommandLineRun.of("summary", "pit_nano", "--out", file.toString());

      assertThat(run.exitCode()).as(run.err()).isZero();
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      assertThat(Files.readString(file)).contains("transformers.0", "pools.0", "norm");
    }
  }

  @Test
  void whatTheModelReadsIsWrittenOnSeveralLines() throws Exception {
    Path file = folder.resolve("stages.svg");
    CommandLineRun.of("summary", "stvit_nano", "--out", file.toString());

    var texts =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getElementsByTagName("text");
    List<String> lines =
        IntStream.range(0, texts.getLength())
            .mapToObj(i -> texts.item(i).getTextContent())
            .takeWhile(line -> !line.equals("patch_embed"))
            .toList();
    assertThat(lines).hasSizeGreaterThan(1).allMatch(line -> line.length() <= 56);
    assertThat(String.join(" ", lines))
        .isEqualTo(Zoo.get("stvit_nano").architecture().inputDescription());
  }

  @Test
  void anotherEndingIsWrongUsage() {
    CommandLineRun run = CommandLineRun.of("summary", "pit_nano", "--out", "stages.png");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--out must end in .svg or .html, not as stages.png.");
    assertThat(CommandLineRun.of("summary", "pit_nano", "--depth", "0").exitCode()).isEqualTo(2);
  }
}
