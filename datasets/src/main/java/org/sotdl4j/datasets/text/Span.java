package org.sotdl4j.datasets.text;

/**
 * Where a token comes from.
 *
 * @param text 0 for the first text, 1 for the second, -1 for a special token
 * @param word number of its word in that text
 * @param begin its first character
 * @param end behind its last character
 */
public record Span(int text, int word, int begin, int end) {

  static final Span SPECIAL = new Span(-1, -1, 0, 0);

  public boolean isSpecial() {
    return text < 0;
  }
}
