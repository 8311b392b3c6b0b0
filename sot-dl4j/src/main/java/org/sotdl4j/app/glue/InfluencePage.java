package org.sotdl4j.app.glue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.sotdl4j.app.report.Html;

/** Words coloured by their effect, from blue for none to green for the largest, as the paper's. */
public final class InfluencePage {

  private static final int[] WEAK = {200, 215, 250};
  private static final int[] STRONG = {70, 200, 90};

  private InfluencePage() {}

  /** The colour of a word, red, green and blue up to 255. */
  public static int[] colour(Influence influence, Influence.Word word) {
    double share = influence.largest() == 0 ? 0 : Math.abs(word.effect()) / influence.largest();
    int[] colour = new int[WEAK.length];
    for (int i = 0; i < colour.length; i++) {
      colour[i] = (int) Math.round(WEAK[i] + share * (STRONG[i] - WEAK[i]));
    }
    return colour;
  }

  /**
   * A page that needs nothing else.
   *
   * @param runs the folders that the influences are of
   */
  public static String html(List<Path> runs, List<Influence> influences) {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"/><title>Influence of words</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <style>
            body { font-family: sans-serif; margin: 2em; max-width: 60em; }
            .against { text-decoration: underline; }
            span { padding: 0.2em 0.3em; margin: 0.1em; border-radius: 0.2em; display: inline-block; color: black; }
            </style></head><body>
            <h1>Influence of words</h1>
            <p>The greener a word, the more the answer changes where it is hidden; blue words have no effect.
            Words that speak against the answer are underlined.</p>
            """);
    for (int i = 0; i < runs.size(); i++) {
      Influence influence = influences.get(i);
      page.append(
          "<h2>%s</h2>\n<p>%s: answer %s%s</p>\n<p>"
              .formatted(
                  Html.escape(influence.head().words()),
                  Html.escape(runs.get(i).toString()),
                  Html.escape(influence.answer()),
                  Double.isNaN(influence.probability())
                      ? ""
                      : String.format(Locale.ROOT, ", probability %.3f", influence.probability())));
      int text = 0;
      for (Influence.Word word : influence.words()) {
        if (word.text() != text) {
          page.append("</p>\n<p>");
          text = word.text();
        }
        int[] rgb = colour(influence, word);
        page.append(
            String.format(
                Locale.ROOT,
                "<span%s style=\"background: rgb(%d,%d,%d)\" title=\"%+.3f\">%s</span> ",
                word.effect() < 0 ? " class=\"against\"" : "",
                rgb[0],
                rgb[1],
                rgb[2],
                word.effect(),
                Html.escape(word.characters())));
      }
      page.append("</p>\n");
    }
    return page.append("</body></html>\n").toString();
  }
}
