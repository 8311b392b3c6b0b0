package org.sotdl4j.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.sotdl4j.zoo.ModelEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot info}. */
@Command(name = "info", description = "Describe a model: parameters, multiply-adds, input, origin.")
final class InfoCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "A name that 'sot list' shows.")
  private ModelEntry entry;

  @Option(names = "--json", description = "Print an object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ModelInfo model = ModelInfo.of(entry);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ResultsFile.json(model));
      return 0;
    }
    out.printf("%s (%s)%n", model.name(), model.family());
    out.printf(
        "  parameters     %,d learned, %,d with frozen tables%n",
        model.trainable(), model.params());
    out.printf(
        "  GMACs          %.3f; %.3f without products of two activations%n",
        model.gmacs(), model.gmacsLinearConv());
    out.printf("  input          %s%n", entry.architecture().inputDescription());
    out.printf("  paper          %s%n", entry.paper());
    out.printf("  official code  %s%n", model.source());
    return 0;
  }
}
