package org.sotdl4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sotdl4j.datasets.DataCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot data check}. */
@Command(
    name = "check",
    description = {
      "Find broken, duplicate and mislabelled picture files below a folder or in a zip.",
      "The exit code is 1 if there is one."
    })
final class DataCheckCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "A folder of pictures, of any depth, or a zip of one.")
  private Path folder;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    DataCheck check = new DataCheck(folder);
    PrintWriter out = spec.commandLine().getOut();
    List<DataCheck.Finding> findings;
    try (CountProgress progress =
        new CountProgress("check", check.size(), spec.commandLine().getErr())) {
      findings = check.run(progress::at);
    }
    for (DataCheck.Finding f : findings) {
      out.printf("%-11s %s: %s%n", f.kind().name().toLowerCase(Locale.ROOT), f.file(), f.detail());
    }
    out.printf(
        "%,d pictures: %s%n",
        check.size(), findings.isEmpty() ? "nothing found" : counts(findings));
    if (check.others() > 0) {
      out.printf(
          "files that training does not see, as they are not called .jpg, .jpeg, .png or .webp: %,d%n",
          check.others());
    }
    return findings.isEmpty() ? 0 : 1;
  }

  private static String counts(List<DataCheck.Finding> findings) {
    return String.join(
        ", ",
        Arrays.stream(DataCheck.Kind.values())
            .map(kind ->
                "%,d %s"
                    .formatted(
                        findings.stream().filter(f -> f.kind() == kind).count(),
                        kind.name().toLowerCase(Locale.ROOT)))
            .toList());
  }
}
