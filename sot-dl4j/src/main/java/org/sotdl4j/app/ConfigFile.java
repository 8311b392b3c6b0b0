package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.sotdl4j.zoo.ModelEntry;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * A YAML file of options, {@code batch-size: 32} a line.
 *
 * @param path the file
 */
record ConfigFile(Path path) {

  private static final Set<String> NOT_KEPT = Set.of("recipe", "output");

  static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .build();

  /**
   * The options that it gives to a command.
   *
   * @throws ParameterException if it cannot be read or has a key that is no option
   */
  Presets.Source read(CommandSpec command) {
    try {
      return options(path.toString(), YAML.readTree(Files.readString(path)), command);
    } catch (JacksonException e) {
      throw wrong(
          command,
          "%s is no YAML file of options: line %d, %s"
              .formatted(path, e.getLocation().getLineNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw wrong(command, "--config: " + ErrorMessage.of(e));
    }
  }

  /**
   * Options by their keys, each value as the command line would have it.
   *
   * @param origin of the values, for messages
   * @throws ParameterException if a key is no option
   */
  static Presets.Source options(String origin, JsonNode values, CommandSpec command) {
    if (!values.isObject() && !values.isMissingNode()) {
      throw wrong(command, origin + " is no YAML file of options, as 'epochs: 30' a line");
    }
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : values.properties()) {
      String name = entry.getKey();
      String key =
          OptionKeys.find(command, name)
              .orElseThrow(() ->
                  wrong(
                      command,
                      "%s in %s is no option of '%s'; did you mean %s?"
                          .formatted(
                              name,
                              origin,
                              command.qualifiedName(),
                              OptionKeys.nearest(command, name))));
      if (!entry.getValue().isNull()) {
        options.put(key, text(origin, name, entry.getValue(), command));
      }
    }
    return new Presets.Source(origin, options);
  }

  private static String text(String origin, String name, JsonNode value, CommandSpec command) {
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(text(origin, name, part, command)));
      return String.join(",", parts);
    }
    if (!value.isValueNode()) {
      throw wrong(command, "%s in %s must be one value or a list".formatted(name, origin));
    }
    return value.asString();
  }

  private static ParameterException wrong(CommandSpec command, String message) {
    return new ParameterException(
        command.commandLine(), message.endsWith("?") ? message : message + ".");
  }

  /**
   * The options of a command as they are now, as the text of such a file: without the folder of the
   * output, and with a recipe's options instead of its name.
   */
  static String textOf(CommandSpec command) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    OptionKeys.all(command)
        .forEach((key, option) -> {
          Object value = plain(option);
          if (value != null && !NOT_KEPT.contains(key)) {
            values.put(key, value);
          }
        });
    return YAML.writeValueAsString(values);
  }

  private static Object plain(ArgSpec option) {
    return switch (option.getValue()) {
      case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
      case ModelEntry model -> model.name();
      case Path file -> file.toAbsolutePath().normalize().toString();
      case List<?> list when list.isEmpty() -> null;
      case String text when text.isEmpty() -> null;
      case Object value -> value;
      case null -> null;
    };
  }
}
