package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Work on many arrays that the threads do as one: they wait for each other at the end, and not
 * after each array.
 */
public final class Sweep {

  private final List<Part> parts = new ArrayList<>();

  /** So many items, done so many at a time. */
  private record Part(long count, long items, Parallel.Range body) {}

  /**
   * Adds work over [0, count), where each item is so many floats of work. It must not need what
   * another part does.
   */
  void add(long count, long floatsPerItem, Parallel.Range body) {
    parts.add(new Part(count, Parallel.items(floatsPerItem), body));
  }

  /** Does what was added, and forgets it. */
  public void run() {
    List<Part> all = List.copyOf(parts);
    parts.clear();
    long[] first = new long[all.size() + 1];
    for (int i = 0; i < all.size(); i++) {
      first[i + 1] = first[i] + Math.ceilDiv(all.get(i).count, all.get(i).items);
    }
    Parallel.chunks(
        first[all.size()],
        1,
        (from, to) -> {
          for (long chunk = from; chunk < to; chunk++) {
            int found = Arrays.binarySearch(first, chunk);
            int i = found < 0 ? -found - 2 : found;
            Part part = all.get(i);
            long start = (chunk - first[i]) * part.items;
            part.body.run(start, Math.min(part.count, start + part.items));
          }
        });
  }
}
