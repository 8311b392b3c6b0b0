package org.sotdl4j.engine;

import java.util.stream.LongStream;

/** Splits work into chunks that depend on its size only, so results do not depend on the cores. */
final class Parallel {

  /** Floats below which a chunk costs less than waking a thread. */
  private static final long CHUNK = 32 * 1024;

  private Parallel() {}

  /** Does something with a range, given its start and end. */
  @FunctionalInterface
  interface Range {
    void run(long from, long to);
  }

  /** Runs over [0, count), where each item is so many floats of work. */
  static void run(long count, long floatsPerItem, Range body) {
    long items = Math.max(1, CHUNK / Math.max(1, floatsPerItem));
    long chunks = (count + items - 1) / items;
    if (chunks <= 1) {
      body.run(0, count);
    } else {
      LongStream.range(0, chunks)
          .parallel()
          .forEach(c -> body.run(c * items, Math.min(count, (c + 1) * items)));
    }
  }
}
