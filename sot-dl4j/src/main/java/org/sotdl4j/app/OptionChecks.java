package org.sotdl4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Refuses values that make no sense: one sentence, exit code 2.
 *
 * @param spec the command whose options they are
 */
record OptionChecks(CommandSpec spec) {

  void positive(String option, int value) {
    if (value < 1) {
      throw wrong("%s must be 1 or more, not %d".formatted(option, value));
    }
  }

  void positive(String option, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw wrong("%s must be a number above 0, not %s".formatted(option, value));
    }
  }

  void notNegative(String option, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw wrong("%s must be a number from 0 up, not %s".formatted(option, value));
    }
  }

  /** Below 1. */
  void share(String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw wrong("%s must be from 0 to below 1, not %s".formatted(option, value));
    }
  }

  /** 1 is one too. */
  void probability(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw wrong("%s must be from 0 to 1, not %s".formatted(option, value));
    }
  }

  /** 0 lets the system choose. */
  void port(String option, int value) {
    if (value < 0 || value > 0xffff) {
      throw wrong("%s must be from 0 to 65535, not %d".formatted(option, value));
    }
  }

  void two(String option, List<Double> values) {
    if (values.size() != 2) {
      throw wrong("%s needs two numbers, not %s".formatted(option, values));
    }
  }

  /** A file that is to be written, if any, needs a folder. */
  void folderOf(String option, Path file) {
    if (file == null) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw wrong("%s needs a file, and %s is a folder".formatted(option, file));
    }
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw wrong("There is no folder %s for %s".formatted(folder, option));
    }
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
