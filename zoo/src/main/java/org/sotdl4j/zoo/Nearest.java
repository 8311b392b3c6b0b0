package org.sotdl4j.zoo;

import java.util.Collection;
import java.util.Comparator;

/** What a misspelt name may have meant. */
public final class Nearest {

  private Nearest() {}

  /** The name among several, at least one, that takes the fewest changes of letters. */
  public static String of(String name, Collection<String> names) {
    return names.stream().min(Comparator.comparingInt(n -> distance(n, name))).orElseThrow();
  }

  /** Levenshtein's distance of two names. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
