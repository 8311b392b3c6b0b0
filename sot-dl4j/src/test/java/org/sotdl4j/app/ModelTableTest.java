package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;
import tools.jackson.databind.JsonNode;

/** Every model's exact size. A new model needs a row. */
class ModelTableTest {

  private record Row(long trainable, long params, double gmacs, double gmacsLinearConv) {}

  /**
   * Name, trainable and all parameters, GMACs with and without products of two activations. All but
   * the nano models are in the table of the golden folder's README, section 3.
   */
  private static final Map<String, Row> ROWS =
      """
      sot_tiny              7983550  8030830  2.7527  2.5290
      sot_small            27010856 27086504  6.2148  5.7968
      sot_base             76774966 76878982 15.5240 14.5387
      sot_nano               140704   143904  0.0102  0.0095
      deit_tiny             5717416  5717416  1.2537  1.0749
      deit_small           22050664 22050664  4.5989  4.2412
      deit_base            86567656 86567656 17.5638 16.8485
      deit_tiny_distilled   5910800  5910800  1.2610  1.0804
      deit_small_distilled 22436432 22436432  4.6241  4.2628
      deit_base_distilled  87338192 87338192 17.6568 16.9342
      vit_tiny              5717416  5717416  1.2537  1.0749
      vit_small            22050664 22050664  4.5989  4.2412
      vit_base             86567656 86567656 17.5638 16.8485
      vit_nano               309898   309898  0.0169  0.0150
      deit_nano_distilled    311060   311060  0.0173  0.0153
      """
          .lines()
          .map(line -> line.strip().split(" +"))
          .collect(
              Collectors.toMap(
                  cells -> cells[0],
                  cells ->
                      new Row(
                          Long.parseLong(cells[1]),
                          Long.parseLong(cells[2]),
                          Double.parseDouble(cells[3]),
                          Double.parseDouble(cells[4]))));

  @Test
  void everyModelHasItsRow() {
    List<ModelEntry> models = Zoo.list("*");
    assertThat(ROWS).containsOnlyKeys(models.stream().map(ModelEntry::name).toList());
    for (ModelEntry entry : models) {
      ModelInfo info = ModelInfo.of(entry);
      Row row = ROWS.get(entry.name());
      assertThat(info.trainable()).as(entry.name()).isEqualTo(row.trainable());
      assertThat(info.params()).as(entry.name()).isEqualTo(row.params());
      assertThat(info.gmacs()).as(entry.name()).isEqualTo(row.gmacs(), within(5e-5));
      assertThat(info.gmacsLinearConv())
          .as(entry.name())
          .isEqualTo(row.gmacsLinearConv(), within(5e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sot_tiny, SoT_Tiny",
    "sot_small, SoT_Small",
    "deit_tiny, deit_tiny_patch16_224",
    "deit_small, deit_small_patch16_224",
    "deit_tiny_distilled, deit_tiny_distilled_patch16_224",
    "vit_tiny, deit_tiny_patch16_224",
    "vit_small, deit_small_patch16_224"
  })
  void theRowsAreTheOfficialModels(String name, String official) {
    JsonNode golden = Golden.json("models/" + official + "/model.json");
    Row row = ROWS.get(name);
    assertThat(row.trainable()).isEqualTo(golden.get("param_count").get("trainable").asLong());
    assertThat(row.params()).isEqualTo(golden.get("param_count").get("total").asLong());
    assertThat(row.gmacs()).isEqualTo(golden.get("gmacs").asDouble(), within(5e-5));
    assertThat(row.gmacsLinearConv())
        .isEqualTo(
            golden.get("gmacs_linear_conv_only").asDouble() + wordProjection(golden), within(5e-5));
  }

  /**
   * The linear layer in SoT's pooling, which the fixtures' counter takes for a product of two
   * activations: without a bias and on a slice of the tokens, PyTorch runs it as a batched product.
   */
  private static double wordProjection(JsonNode golden) {
    JsonNode config = golden.get("config");
    return config.has("wr_dim")
        ? 196e-9
            * config.get("embed_dim").asInt()
            * (2 * config.get("pool_heads").asInt() * config.get("wr_dim").asInt())
        : 0;
  }
}
