package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;
import tools.jackson.databind.JsonNode;

/** Every model's exact size stands in MODELS.md. A new model needs a row. */
class ModelTableTest {

  /**
   * A line of the table.
   *
   * @param counts learned parameters, all parameters, GMACs, GMACs of linear layers and
   *     convolutions
   * @param printed the source document's parameters and GMACs, in its digits
   * @param note why they differ, or empty
   */
  record Row(String name, List<String> counts, List<String> printed, String note) {

    static Row of(String line) {
      List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      return new Row(cells.get(1), cells.subList(2, 6), cells.subList(6, 8), cells.get(8));
    }

    double count(int i) {
      return Double.parseDouble(counts.get(i).replace(",", ""));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() throws IOException {
    return Files.readAllLines(Path.of("..", "MODELS.md")).stream()
        .filter(line -> line.matches("\\| \\w+_\\w+ \\|.*"))
        .map(Row::of)
        .toList();
  }

  @Test
  void everyModelHasItsRow() throws IOException {
    List<String> names = rows().stream().map(Row::name).toList();
    assertThat(names)
        .containsExactlyElementsOf(Zoo.list("*").stream().map(ModelEntry::name).toList());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theRowIsWhatTheGraphCounts(Row row) {
    ModelInfo info = ModelInfo.of(Zoo.get(row.name()));
    assertThat(row.counts())
        .containsExactly(
            String.format(Locale.ROOT, "%,d", info.trainable()),
            String.format(Locale.ROOT, "%,d", info.params()),
            String.format(Locale.ROOT, "%.4f", info.gmacs()),
            String.format(Locale.ROOT, "%.4f", info.gmacsLinearConv()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theRowAgreesWithTheSourceDocumentOrSaysWhyNot(Row row) {
    boolean agrees =
        agrees(row.printed().get(0), row.count(0) / 1e6, row.count(1) / 1e6)
            && agrees(row.printed().get(1), row.count(2), row.count(3));
    assertThat(row.note().isEmpty()).isEqualTo(agrees);
  }

  /** Whether one of our values, rounded to the digits of a printed one, is that. */
  private static boolean agrees(String printed, double... values) {
    int decimals = printed.contains(".") ? printed.length() - printed.indexOf('.') - 1 : 0;
    return printed.isEmpty()
        || DoubleStream.of(values)
            .mapToObj(value -> String.format(Locale.ROOT, "%." + decimals + "f", value))
            .anyMatch(printed::equals);
  }

  @ParameterizedTest
  @CsvSource({
    "sot_tiny, SoT_Tiny",
    "sot_small, SoT_Small",
    "so_vit_7, So_vit_7",
    "so_vit_14, So_vit_14",
    "deit_tiny, deit_tiny_patch16_224",
    "deit_small, deit_small_patch16_224",
    "deit_tiny_distilled, deit_tiny_distilled_patch16_224",
    "pit_ti, pit_ti",
    "pit_s, pit_s",
    "pit_s_distilled, pit_s_distilled",
    "stvit_small, stvit_small",
    "stvit_small_384, stvit_small_384",
    "t2t_vit_7, t2t_vit_7",
    "t2t_vit_14, t2t_vit_14",
    "t2t_vit_t_14, t2t_vit_t_14",
    "t2t_vit_14_wide, t2t_vit_14_wide",
    "t2t_vit_14_dense, t2t_vit_dense"
  })
  void theRowsAreTheOfficialModels(String name, String official) throws IOException {
    JsonNode golden = Golden.json("models/" + official + "/model.json");
    Map<String, Row> rows =
        rows().stream().collect(Collectors.toMap(Row::name, Function.identity()));
    Row row = rows.get(name);
    assertThat(row.count(0)).isEqualTo(golden.get("param_count").get("trainable").asDouble());
    assertThat(row.count(1)).isEqualTo(golden.get("param_count").get("total").asDouble());
    assertThat(row.count(2)).isEqualTo(golden.get("gmacs").asDouble(), within(5e-5));
    assertThat(row.count(3))
        .isEqualTo(
            golden.get("gmacs_linear_conv_only").asDouble() + takenForProducts(golden),
            within(5e-5));
  }

  /**
   * GMACs of the linear layers that the fixtures' counter takes for products of two activations, as
   * their inputs do not lie in one piece: {@code wr} in SoT's pooling, T2T-ViT's projection.
   */
  private static double takenForProducts(JsonNode golden) {
    double values = 0;
    for (JsonNode parameter : golden.get("params")) {
      if (parameter
          .get("name")
          .asString()
          .matches(".*\\.wr\\.weight|.*_to_token\\.project\\.weight")) {
        values += parameter.get("shape").get(0).asInt() * parameter.get("shape").get(1).asInt();
      }
    }
    return 196e-9 * values;
  }
}
