package org.sotdl4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The values that a command's options have when the command line does not give them: those of a
 * file, then those of a recipe. Main parses the command line again with them as defaults, so they
 * are read, checked and explained as if they had been given.
 */
final class Presets implements IDefaultValueProvider {

  /** Two ways to say one thing: where one is said, a weaker source does not say the other. */
  private static final List<Set<String>> RIVALS =
      List.of(Set.of("lr", "lr-base"), Set.of("grad-accum-steps", "total-batch-size"));

  /** A command that may take its options from elsewhere too. */
  interface Taker {

    /** Says from where; empty for nowhere. */
    Optional<Presets> presets();
  }

  /**
   * A source of values.
   *
   * @param origin where they are from, for messages
   * @param values by option, see {@link OptionKeys}
   */
  record Source(String origin, Map<String, String> values) {}

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> origins = new HashMap<>();

  private Presets() {}

  /**
   * The values of a file and of a recipe.
   *
   * @param command whose command line was parsed
   * @param file null for none
   * @param recipe null for the file's, or none
   * @throws ParameterException if one of them is wrong
   */
  static Presets of(CommandSpec command, Path file, String recipe) {
    List<Source> sources = new ArrayList<>();
    String chosen = recipe;
    if (file != null) {
      Source read = new ConfigFile(file).read(command);
      sources.add(read);
      chosen = recipe == null ? read.values().get("recipe") : recipe;
    }
    if (chosen != null) {
      sources.add(Recipes.get(chosen, command));
    }
    Presets presets = new Presets();
    Set<String> said = OptionKeys.given(command.commandLine().getParseResult());
    for (Source source : sources) {
      presets.add(source, said);
      said.addAll(source.values().keySet());
    }
    return presets;
  }

  private void add(Source source, Set<String> said) {
    Set<String> stronger = new HashSet<>(said);
    for (Set<String> rivals : RIVALS) {
      if (rivals.stream().anyMatch(said::contains)) {
        stronger.addAll(rivals);
      }
    }
    source
        .values()
        .forEach((key, value) -> {
          if (!stronger.contains(key)) {
            values.put(key, value);
            origins.put(key, source.origin());
          }
        });
  }

  /** Parses a command line once more where its command takes values from elsewhere. */
  static ParseResult complete(ParseResult parsed) {
    if (!parsed.hasSubcommand()
        || !(parsed.subcommand().commandSpec().userObject() instanceof Taker taker)) {
      return parsed;
    }
    Optional<Presets> presets = taker.presets();
    return presets.isEmpty() ? parsed : presets.get().parseAgain(parsed);
  }

  private ParseResult parseAgain(ParseResult parsed) {
    CommandLine root = parsed.commandSpec().commandLine();
    parsed.subcommand().commandSpec().commandLine().setDefaultValueProvider(this);
    try {
      return root.parseArgs(parsed.originalArgs().toArray(String[]::new));
    } catch (ParameterException e) {
      String origin = e.getArgSpec() == null ? null : origins.get(OptionKeys.of(e.getArgSpec()));
      throw origin == null
          ? e
          : new ParameterException(
              e.getCommandLine(), "In %s: %s".formatted(origin, e.getMessage()), e);
    }
  }

  @Override
  public String defaultValue(ArgSpec option) {
    return values.get(OptionKeys.of(option));
  }
}
