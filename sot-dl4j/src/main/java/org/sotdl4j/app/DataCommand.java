package org.sotdl4j.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sot data}. */
@Command(
    name = "data",
    description = "Look at a data set.",
    subcommands = {DataBenchCommand.class, DataCheckCommand.class, DataSheetCommand.class})
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "A command is missing: bench, check or sheet.");
  }
}
