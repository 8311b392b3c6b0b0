package org.sotdl4j.datasets;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Remembers the broken pictures that were left out, each once however many epochs meet it. May be
 * used by several threads.
 */
public final class SkippedPictures implements Consumer<BadPictureException> {

  private final Map<String, String> reasons = new LinkedHashMap<>();

  @Override
  public synchronized void accept(BadPictureException bad) {
    reasons.putIfAbsent(bad.picture(), bad.reason());
  }

  /** How many different pictures were left out. */
  public synchronized int count() {
    return reasons.size();
  }

  /** Their names, each with the reason, in the order in which they were met. */
  public synchronized Map<String, String> reasons() {
    return new LinkedHashMap<>(reasons);
  }

  /** A sentence for the user, with the first names; empty if none was left out. */
  public synchronized String summary() {
    if (reasons.isEmpty()) {
      return "";
    }
    var first =
        reasons.entrySet().stream().limit(3).map(e -> e.getKey() + " (" + e.getValue() + ")");
    return "%d broken picture%s left out: %s%s"
        .formatted(
            reasons.size(),
            reasons.size() == 1 ? "" : "s",
            String.join(", ", first.toList()),
            reasons.size() > 3 ? ", ..." : "");
  }
}
