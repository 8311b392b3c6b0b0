package org.sotdl4j.app.report;

import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pieces of HTML that are well-formed XML too. */
public final class Html {

  private Html() {}

  /** Text for an element or for a quoted attribute. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /**
   * A table; the texts are escaped here.
   *
   * @param words how many columns from the left hold words, the others hold numbers
   */
  static String table(int words, List<String> header, Stream<List<String>> rows) {
    return "<div class=\"scroll\"><table>\n<thead>%s</thead>\n<tbody>\n%s</tbody>\n</table></div>\n"
        .formatted(
            row("th", words, header),
            rows.map(cells -> row("td", words, cells)).collect(Collectors.joining()));
  }

  /** Names and what they stand for; the texts are escaped here. Nothing where there are none. */
  static String facts(SequencedMap<String, String> facts) {
    return facts.isEmpty()
        ? ""
        : facts.sequencedEntrySet().stream()
            .map(fact ->
                "<div><dt>%s</dt><dd>%s</dd></div>\n"
                    .formatted(escape(fact.getKey()), escape(fact.getValue())))
            .collect(Collectors.joining("", "<dl class=\"facts\">\n", "</dl>\n"));
  }

  /** A number with a name and a remark, for the top of a page; the texts are escaped here. */
  public static String tile(String name, String value, String remark) {
    return "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n"
        .formatted(escape(name), escape(value), escape(remark));
  }

  /** Tiles side by side. */
  public static String headline(String... tiles) {
    return "<dl class=\"headline\">\n%s</dl>\n".formatted(String.join("", tiles));
  }

  private static String row(String tag, int words, List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(i ->
            "<%s%s>%s</%s>"
                .formatted(tag, i < words ? "" : " class=\"number\"", escape(cells.get(i)), tag))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }
}
