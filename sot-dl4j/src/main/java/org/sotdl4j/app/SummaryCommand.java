package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sotdl4j.app.report.StagesDiagram;
import org.sotdl4j.app.report.SummaryPage;
import org.sotdl4j.app.report.SummaryRow;
import org.sotdl4j.zoo.LayerSummary;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot summary}. */
@Command(
    name = "summary",
    description = "Show a model's layers: shapes, parameters, multiply-adds, activations.")
final class SummaryCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "A name that 'sot list' shows.")
  private ModelEntry entry;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Layers inside layers to show; default: ${DEFAULT-VALUE}")
  private int depth = 2;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also draw the stages: .svg for the drawing, .html for a page.")
  private Path out;

  @Option(names = "--json", description = "Print the tree of all layers as an object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    OptionChecks checks = new OptionChecks(spec);
    checks.positive("--depth", depth);
    if (out != null) {
      if (!isDrawing(".svg") && !isDrawing(".html")) {
        throw checks.wrong("--out must end in .svg or .html, not as %s".formatted(out));
      }
      checks.folderOf("--out", out);
    }
    LayerSummary model = LayerSummary.of(entry.architecture());
    List<SummaryRow> rows = SummaryRow.of(model, depth);
    PrintWriter terminal = spec.commandLine().getOut();
    if (json) {
      terminal.println(ResultsFile.json(model));
    } else {
      print(terminal, model, rows);
    }
    if (out != null) {
      if (isDrawing(".svg")) {
        String input = entry.architecture().inputDescription();
        AtomicFile.writeText(out, new StagesDiagram(input, model).svg());
      } else {
        SummaryPage.write(out, entry, model, rows);
      }
    }
    return 0;
  }

  private boolean isDrawing(String ending) {
    return out.toString().endsWith(ending);
  }

  private void print(PrintWriter terminal, LayerSummary model, List<SummaryRow> rows) {
    String format = "%-30s %-18s %12s %8s %12s %17s%n";
    terminal.printf(
        format, "layer", "output", "params (M)", "GMACs", "linear+conv", "activations (MB)");
    for (SummaryRow row : rows) {
      String times = row.times() > 1 ? " (%d together)".formatted(row.times()) : "";
      print(terminal, format, "  ".repeat(row.depth()) + row.name() + times, row);
    }
    print(terminal, format, entry.name(), new SummaryRow(entry.name(), 0, 1, model));
    terminal.flush();
  }

  private static void print(PrintWriter terminal, String format, String name, SummaryRow row) {
    terminal.printf(
        format,
        name,
        row.shape(),
        row.parameters(),
        row.gmacs(),
        row.gmacsLinearConv(),
        row.activations());
  }
}
