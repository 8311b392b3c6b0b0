package org.sotdl4j.app.report;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.sotdl4j.zoo.LayerSummary;

/**
 * The stages of a model from the picture to the logits as a drawing: boxes with their outputs, and
 * which shares of parameters, multiply-adds and activations they have.
 *
 * @param input what the model reads, in words
 * @param model what is drawn
 */
public record StagesDiagram(String input, LayerSummary model) {

  private static final int WIDTH = 420;
  private static final int BOX = 92;
  private static final int STEP = BOX + 22;
  private static final int LINE = 16;
  private static final int LETTERS = 56;
  private static final int BARS_LEFT = 16;
  private static final int BAR_LENGTH = 230;

  private static final String STYLE =
      """
      <style>
      .stages { --box: #f4f6f8; --edge: #c9d0d8; --ink: #1a222d; --muted: #5d6876; --a: #0072b2; --b: #d55e00; --c: #009e73; font: 14px system-ui, sans-serif; }
      @media (prefers-color-scheme: dark) { .stages { --box: #1d232a; --edge: #424c57; --ink: #e4e8ed; --muted: #9aa5b1; --a: #56b4e9; --b: #f0954a; --c: #3cc8a0; } }
      .stages .box { fill: var(--box); stroke: var(--edge); stroke-width: 1; }
      .stages .arrow { fill: none; stroke: var(--edge); stroke-width: 2; stroke-linecap: round; }
      .stages text { fill: var(--muted); font-size: 12px; }
      .stages .name { fill: var(--ink); font-size: 14px; font-weight: 600; }
      .stages .shape { text-anchor: end; }
      .stages .track { fill: var(--edge); opacity: 0.4; }
      .stages .a { fill: var(--a); } .stages .b { fill: var(--b); } .stages .c { fill: var(--c); }
      </style>
      """;

  /** A drawing that stands alone or inside a page. */
  public String svg() {
    List<SummaryRow> stages = SummaryRow.stages(model);
    List<String> words = lines(input);
    int top = words.size() * LINE + 28;
    int height = stages.size() * STEP + top;
    var out = new StringBuilder();
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"stages\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"the stages of the model\">\n%s"
            .formatted(WIDTH, height, STYLE));
    for (int i = 0; i < words.size(); i++) {
      out.append(
          "<text x=\"12\" y=\"%d\">%s</text>\n"
              .formatted((i + 1) * LINE, Html.escape(words.get(i))));
    }
    for (int i = 0; i < stages.size(); i++) {
      out.append(stage(stages.get(i), i * STEP + top));
    }
    return out.append("</svg>\n").toString();
  }

  /** SVG does not break lines. */
  private static List<String> lines(String text) {
    return Pattern.compile("\\S.{0,%d}(?=\\s|$)".formatted(LETTERS - 1))
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private String stage(SummaryRow row, int top) {
    String name = row.name() + (row.times() > 1 ? " (%d together)".formatted(row.times()) : "");
    LayerSummary layer = row.layer();
    return """
    <path class="arrow" d="M40 %dV%dm-4 -4l4 4l4 -4"/>
    <rect class="box" x="1" y="%d" width="%d" height="%d" rx="7"/>
    <text class="name" x="16" y="%d">%s</text>
    <text class="shape" x="%d" y="%d">%s</text>
    """
            .formatted(
                top - 20,
                top - 3,
                top,
                WIDTH - 2,
                BOX,
                top + 27,
                Html.escape(name),
                WIDTH - 16,
                top + 27,
                row.shape())
        + bar(
            top + 40,
            "a",
            share(row, layer.parameters(), model.parameters()),
            row.parameters() + " M parameters")
        + bar(
            top + 56,
            "b",
            share(row, layer.macs().total(), model.macs().total()),
            row.gmacs() + " GMACs")
        + bar(
            top + 72,
            "c",
            share(row, layer.activationBytes(), model.activationBytes()),
            row.activations() + " MB");
  }

  private static double share(SummaryRow row, long part, long whole) {
    return whole == 0 ? 0 : (double) row.times() * part / whole;
  }

  private static String bar(int top, String hue, double share, String words) {
    return String.format(
        Locale.ROOT,
        """
        <rect class="track" x="%d" y="%d" width="%d" height="8" rx="2"/>
        <rect class="%s" x="%d" y="%d" width="%.1f" height="8" rx="2"/>
        <text x="%d" y="%d">%s</text>
        """,
        BARS_LEFT,
        top,
        BAR_LENGTH,
        hue,
        BARS_LEFT,
        top,
        share * BAR_LENGTH,
        BARS_LEFT + BAR_LENGTH + 14,
        top + 8,
        words);
  }
}
