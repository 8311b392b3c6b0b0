package org.sotdl4j.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * Arrays that steps borrow for a run. Each step's own would be as large as the model, and new ones
 * in each run would keep the garbage collector busy.
 */
final class Borrowed {

  private static final ConcurrentMap<Integer, Queue<float[]>> IDLE = new ConcurrentHashMap<>();

  private Borrowed() {}

  /** An array of at least so many floats with arbitrary contents. */
  static float[] take(int length) {
    int size = rounded(length);
    float[] idle = IDLE.computeIfAbsent(size, s -> new ConcurrentLinkedQueue<>()).poll();
    return idle == null ? new float[size] : idle;
  }

  /** Of few lengths, so that many can share: powers of two in eighths. */
  private static int rounded(int length) {
    int eighth = Math.max(1, Integer.highestOneBit(Math.max(1, length)) / 8);
    return Math.multiplyExact(Math.ceilDiv(length, eighth), eighth);
  }

  /** Gives back what nobody uses any more. */
  static void give(float[]... arrays) {
    for (float[] array : arrays) {
      IDLE.get(array.length).add(array);
    }
  }
}
