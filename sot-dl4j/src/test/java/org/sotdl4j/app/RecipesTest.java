package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The table of docs/recipes.md: our commands are read as it says. */
class RecipesTest {

  record Row(String command, Map<String, String> options) {}

  static List<Row> rows() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "recipes.md")).stream()
        .filter(line -> line.startsWith("| ") && line.contains("`./sot "))
        .map(RecipesTest::row)
        .toList();
  }

  private static Row row(String line) {
    String[] cells = line.split("\\|", -1);
    String command = cells[2].strip();
    Map<String, String> options =
        Arrays.stream(cells[3].strip().split(" "))
            .filter(option -> !option.isEmpty())
            .map(option -> option.split("=", 2))
            .collect(Collectors.toMap(o -> o[0], o -> o[1], (a, b) -> b, LinkedHashMap::new));
    return new Row(command.substring("`./sot ".length(), command.length() - 1), options);
  }

  private static ParseResult parse(String command) {
    CommandLine commandLine = Main.commandLine();
    return Presets.complete(commandLine.parseArgs(command.split(" ")));
  }

  private static JsonNode resolved(String command) {
    CommandSpec train = parse(command).subcommand().commandSpec();
    return YAMLMapper.shared().readTree(ConfigFile.textOf(train));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aCommandIsReadAsTheTableSays(Row row) {
    if (!row.command().startsWith("train ")) {
      assertThat(parse(row.command()).hasSubcommand()).isTrue();
      assertThat(row.options()).isEmpty();
      return;
    }
    JsonNode options = resolved(row.command());
    assertThat(row.options()).isNotEmpty();
    int total = options.path("total-batch-size").asInt(options.path("batch-size").asInt());
    row.options()
        .forEach((key, expected) -> {
          switch (key) {
            case "total" -> assertThat(total).isEqualTo(Integer.parseInt(expected));
            case "lr" -> assertThat(rate(options, total)).isEqualTo(Double.parseDouble(expected));
            default -> {
              JsonNode value = options.path(key);
              if (value.isNumber()) {
                assertThat(value.asDouble()).as(key).isEqualTo(Double.parseDouble(expected));
              } else {
                assertThat(value.asString("")).as(key).isEqualTo(expected);
              }
            }
          }
        });
  }

  private static double rate(JsonNode options, int total) {
    return options.has("lr")
        ? options.get("lr").asDouble()
        : options.get("lr-base").asDouble() * total / options.get("lr-base-size").asDouble();
  }

  @Test
  void theTableHasAllRecipes() throws IOException {
    Set<String> inTable =
        rows().stream()
            .flatMap(row -> Stream.of(row.command().split("--recipe ")).skip(1))
            .map(rest -> rest.split(" ", 2)[0])
            .collect(Collectors.toSet());
    assertThat(Recipes.descriptions().keySet()).isSubsetOf(withoutSizes(inTable));
    assertThat(inTable).isSubsetOf(Recipes.descriptions().keySet());
  }

  /** Swin-S is in none of the documents' tables, and goes with the others. */
  private static Set<String> withoutSizes(Set<String> names) {
    return Stream.concat(names.stream(), Stream.of("swin_s")).collect(Collectors.toSet());
  }

  /** Each fits its model, and the accumulated batches come to the whole. */
  @Test
  void recipesFitTheirModels() {
    for (String name : Recipes.descriptions().keySet()) {
      JsonNode options = resolved("train --recipe " + name);
      Setup setup = Zoo.get(options.get("model").asString()).model().setup();
      assertThat(options.path("img-size").asInt(setup.imageSize())).isGreaterThan(27);
      int batch = options.get("batch-size").asInt();
      assertThat(options.path("total-batch-size").asInt(batch) % batch).as(name).isZero();
      assertThat(options.has("recipe")).isFalse();
    }
  }

  @Test
  void listNamesThem() {
    CommandLineRun list = CommandLineRun.of("train", "--recipe", "list");
    assertThat(list.exitCode()).isZero();
    assertThat(list.out().lines()).hasSize(Recipes.descriptions().size());
    assertThat(list.out()).contains("sot_tiny", "SoT-Tiny on ImageNet-1K");
  }
}
