package org.sotdl4j.app.glue;

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

  /** A page that needs nothing else. */
  public static String html(List<Influence> influences) {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"/><title>Influence of words</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <style>
            body { font-family: sans-serif; margin: 2em; max-width: 60em; }
            span { padding: 0.2em 0.3em; margin: 0.1em; border-radius: 0.2em; display: inline-block; color: black; }
            </style></head><body>
            <h1>Influence of words</h1>
            <p>The greener a word, the more the answer changes where it is hidden; blue words have no effect.</p>
            """);
    for (Influence influence : influences) {
      page.append(
          "<h2>%s</h2>\n<p>Answer %s%s</p>\n<p>"
              .formatted(
                  Html.escape(influence.head().words()),
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
                "<span style=\"background: rgb(%d,%d,%d)\" title=\"%+.3f\">%s</span> ",
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
