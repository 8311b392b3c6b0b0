package org.sotdl4j.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.sotdl4j.zoo.Nearest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The recipes of the papers, rows of {@code recipes.yaml}: a recipe's options, {@code about} it in
 * words, and {@code like} another one whose options it takes over where it does not say otherwise.
 */
final class Recipes {

  /** In place of a recipe's name: names them all. */
  static final String LIST = "list";

  private static final String ABOUT = "about";
  private static final String LIKE = "like";

  private static final SequencedMap<String, ObjectNode> ROWS = rows();

  private Recipes() {}

  private static SequencedMap<String, ObjectNode> rows() {
    SequencedMap<String, ObjectNode> rows = new LinkedHashMap<>();
    try (InputStream in = Recipes.class.getResourceAsStream("recipes.yaml")) {
      for (Map.Entry<String, JsonNode> row : ConfigFile.YAML.readTree(in).properties()) {
        rows.put(row.getKey(), (ObjectNode) row.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** The names with what each is, in their order. */
  static SequencedMap<String, String> descriptions() {
    SequencedMap<String, String> descriptions = new LinkedHashMap<>();
    ROWS.forEach((name, row) -> descriptions.put(name, row.get(ABOUT).asString()));
    return descriptions;
  }

  /**
   * The options of a recipe.
   *
   * @throws ParameterException if there is none of that name
   */
  static Presets.Source get(String name, CommandSpec command) {
    if (!ROWS.containsKey(name)) {
      throw new ParameterException(
          command.commandLine(),
          "There is no recipe %s; did you mean %s? There are %s."
              .formatted(name, Nearest.of(name, ROWS.keySet()), String.join(", ", ROWS.keySet())));
    }
    ObjectNode options = whole(ROWS.get(name));
    options.remove(ABOUT);
    return ConfigFile.options("recipe " + name, options, command);
  }

  /** A row with what it takes over. */
  private static ObjectNode whole(ObjectNode row) {
    if (!row.has(LIKE)) {
      return row.deepCopy();
    }
    ObjectNode whole = whole(ROWS.get(row.get(LIKE).asString()));
    whole.setAll(row);
    whole.remove(LIKE);
    return whole;
  }
}
