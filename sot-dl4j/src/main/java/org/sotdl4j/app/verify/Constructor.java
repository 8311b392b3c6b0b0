package org.sotdl4j.app.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The constructor that a case names, as {@code Bottleneck(16,8,stride=2,downsample=True)}: its
 * name, its positional arguments under "0", "1", ..., the others under their keywords.
 */
record Constructor(String name, Map<String, String> arguments) {

  private static final String NONE = "None";

  private static final Pattern CALL =
      Pattern.compile("([A-Za-z_]\\w*)\\(([^()]*(?:\\([^()]*\\)[^()]*)*)\\)");

  /** The first call in a text, or the whole text as a name. */
  static Constructor parse(String text) {
    Matcher call = CALL.matcher(text);
    Map<String, String> arguments = new LinkedHashMap<>();
    if (!call.find()) {
      return new Constructor(text, arguments);
    }
    int position = 0;
    for (String argument : call.group(2).split(",(?![^()\\[]*[)\\]])", -1)) {
      String[] parts = argument.strip().split("=", 2);
      if (parts.length == 2) {
        arguments.put(parts[0], parts[1]);
      } else if (!parts[0].isEmpty()) {
        arguments.put(String.valueOf(position++), parts[0]);
      }
    }
    return new Constructor(call.group(1), arguments);
  }

  /** With the entries of a configuration as keywords, where the call has {@code **config}. */
  Constructor expanded(JsonNode config) {
    Map<String, String> all = new LinkedHashMap<>(arguments);
    if (all.values().remove("**config")) {
      config.properties().forEach(e -> all.put(e.getKey(), python(e.getValue())));
    }
    return new Constructor(name, all);
  }

  private static String python(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean() ? "True" : "False";
    }
    return value.isNull() ? NONE : value.toString();
  }

  /** An argument given by position or keyword; Python's {@code None} stands for no argument. */
  Optional<String> argument(int position, String keyword) {
    return Optional.ofNullable(
            arguments.getOrDefault(keyword, arguments.get(String.valueOf(position))))
        .filter(text -> !text.equals(NONE));
  }

  int integer(int position, String keyword) {
    return Integer.parseInt(required(position, keyword));
  }

  /** A tuple or list of whole numbers, as {@code (8,6)}. */
  List<Integer> integers(int position, String keyword) {
    String numbers = required(position, keyword).replaceAll("[()\\[\\]\\s]", "");
    return Stream.of(numbers.split(",", -1)).map(Integer::valueOf).toList();
  }

  double real(int position, String keyword, double otherwise) {
    return argument(position, keyword).map(Double::parseDouble).orElse(otherwise);
  }

  boolean flag(int position, String keyword, boolean otherwise) {
    return argument(position, keyword).map(text -> !text.equals("False")).orElse(otherwise);
  }

  private String required(int position, String keyword) {
    return argument(position, keyword)
        .orElseThrow(() ->
            new IllegalArgumentException("%s lacks the argument %s".formatted(name, keyword)));
  }
}
