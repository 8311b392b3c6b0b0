package org.sotdl4j.app;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** Options that take one of some words: lower-case names of Java's enums, in any case. */
final class Choices {

  private Choices() {}

  /** Lets a command and all below it take such words. */
  static void register(CommandLine command) {
    for (ArgSpec argument : command.getCommandSpec().args()) {
      for (Class<?> type : argument.auxiliaryTypes()) {
        register(command, type);
      }
    }
    command.getSubcommands().values().forEach(Choices::register);
  }

  private static <T> void register(CommandLine command, Class<T> type) {
    if (type.isEnum()) {
      command.registerConverter(type, converter(List.of(type.getEnumConstants())));
    }
  }

  private static <T> ITypeConverter<T> converter(List<T> choices) {
    return text ->
        choices.stream()
            .filter(choice -> choice.toString().equalsIgnoreCase(text))
            .findAny()
            .orElseThrow(() ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            text,
                            String.join(", ", choices.stream().map(Choices::word).toList()))));
  }

  private static String word(Object choice) {
    return choice.toString().toLowerCase(Locale.ROOT);
  }
}
