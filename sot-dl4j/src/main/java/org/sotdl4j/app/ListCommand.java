package org.sotdl4j.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot list}. */
@Command(name = "list", description = "List the models with their sizes.")
final class ListCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "GLOB",
      description = "Names to list, as 'sot_*'; default: all")
  private String glob = "*";

  @Option(names = "--json", description = "Print an array of objects.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<ModelEntry> entries = Zoo.list(glob);
    if (entries.isEmpty()) {
      throw new UserException("No model matches %s; './sot list' shows all.".formatted(glob));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ResultsFile.json(entries.stream().map(ModelInfo::of).toList()));
      return 0;
    }
    out.printf(
        "%-24s %-7s %12s %8s %18s %6s%n",
        "model", "family", "params (M)", "GMACs", "linear+conv only", "input");
    for (ModelEntry entry : entries) {
      ModelInfo m = ModelInfo.of(entry);
      out.printf(
          "%-24s %-7s %12.3f %8.3f %18.3f %6d%n",
          m.name(), m.family(), m.trainable() / 1e6, m.gmacs(), m.gmacsLinearConv(), m.inputSize());
      out.flush();
    }
    return 0;
  }
}
