package org.sotdl4j.app.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sotdl4j.zoo.LayerSummary;
import org.sotdl4j.zoo.ModelEntry;

/** The page of {@code sot summary}. */
public final class SummaryPage {

  private SummaryPage() {}

  /**
   * Writes the page.
   *
   * @param rows of the table
   */
  public static void write(Path file, ModelEntry entry, LayerSummary model, List<SummaryRow> rows)
      throws IOException {
    SummaryRow whole = new SummaryRow("", 0, 1, model);
    String diagram = new StagesDiagram(entry.architecture().inputDescription(), model).svg();
    new Page(
            entry.paper(),
            entry.name(),
            Html.headline(
                Html.tile("Parameters", whole.parameters() + " M", "learned"),
                Html.tile(
                    "GMACs", whole.gmacs(), whole.gmacsLinearConv() + " in linear and convolution"),
                Html.tile(
                    "Activations", whole.activations() + " MB", "all values of one evaluation")),
            Page.section("Stages", "<div class=\"scroll diagram\">" + diagram + "</div>\n")
                + Page.section("Layers", table(rows)))
        .write(file);
  }

  private static String table(List<SummaryRow> rows) {
    return Html.table(
        2,
        List.of("layer", "output", "parameters (M)", "GMACs", "linear+conv", "activations (MB)"),
        rows.stream()
            .map(row ->
                List.of(
                    "\u2003".repeat(row.depth())
                        + row.name()
                        + (row.times() > 1 ? " (%d together)".formatted(row.times()) : ""),
                    row.shape(),
                    row.parameters(),
                    row.gmacs(),
                    row.gmacsLinearConv(),
                    row.activations())));
  }
}
