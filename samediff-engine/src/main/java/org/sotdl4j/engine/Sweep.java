package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Work on many arrays that the threads do as one: they wait for each other at the end, and not
 * after each array.
 */
public final class Sweep {

  private final List<Runnable> chunks = new ArrayList<>();

  /**
   * Adds work over [0, count), where each item is so many floats of work. It must not need what
   * another part does.
   */
  void add(long count, long floatsPerItem, Parallel.Range body) {
    long items = Parallel.items(floatsPerItem);
    for (long start = 0; start < count; start += items) {
      long from = start;
      long to = Math.min(count, start + items);
      chunks.add(() -> body.run(from, to));
    }
  }

  /** Does what was added. */
  public void run() {
    Parallel.chunks(
        chunks.size(),
        1,
        (from, to) -> chunks.subList((int) from, (int) to).forEach(Runnable::run));
  }
}
