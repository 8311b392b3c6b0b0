package org.sotdl4j.app;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sotdl4j.zoo.Nearest;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The names of a command's options in a file: {@code batch-size} for {@code --batch-size}, and for
 * an argument its label, {@code data}.
 */
final class OptionKeys {

  /** What has no place in a file: it says where to begin or run, or has an effect at once. */
  private static final Set<String> NOT_IN_FILES =
      Set.of("config", "resume", "device", "help", "version", "debug");

  private OptionKeys() {}

  /** An option's key: its longest name. */
  static String of(ArgSpec spec) {
    return spec instanceof OptionSpec option
        ? bare(option.longestName())
        : spec.paramLabel().toLowerCase(Locale.ROOT);
  }

  /** Without dashes before it; timm's files have underscores in it. */
  private static String bare(String name) {
    return name.replaceFirst("^-+", "").replace('_', '-');
  }

  /** The options that a file may give, by their keys, in the order of the help. */
  static SequencedMap<String, ArgSpec> all(CommandSpec command) {
    SequencedMap<String, ArgSpec> all = new LinkedHashMap<>();
    for (ArgSpec spec : command.args()) {
      if (!NOT_IN_FILES.contains(of(spec))) {
        all.put(of(spec), spec);
      }
    }
    return all;
  }

  /** The key of an option by any of its names. */
  static Optional<String> find(CommandSpec command, String name) {
    return all(command).entrySet().stream()
        .filter(entry -> names(entry.getValue()).anyMatch(bare(name)::equals))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static Stream<String> names(ArgSpec spec) {
    return spec instanceof OptionSpec option
        ? Arrays.stream(option.names()).map(OptionKeys::bare)
        : Stream.of(of(spec));
  }

  /** The key that a wrong one may have meant. */
  static String nearest(CommandSpec command, String wrong) {
    return Nearest.of(bare(wrong), all(command).keySet());
  }

  /** The keys of what a command line gives. */
  static Set<String> given(ParseResult parsed) {
    return parsed.matchedArgs().stream()
        .map(OptionKeys::of)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
