package org.sotdl4j.layers;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * A counter-based generator: the n-th number is a pure function of the key and n. Keys are made of
 * what the numbers are for (seed, epoch, step, site), so any part of a run can be repeated without
 * replaying what came before.
 *
 * <p>The function is SplitMix64's finaliser over a Weyl sequence (Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", 2014).
 */
public final class CounterRandom implements RandomGenerator {

  private static final long WEYL = 0x9E3779B97F4A7C15L;
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private long state;

  /** A generator whose numbers depend on the key alone. */
  public CounterRandom(long key) {
    this.state = key;
  }

  /**
   * A generator for one purpose: the same seed, site and numbers give the same sequence, on any
   * machine.
   */
  public static CounterRandom of(long seed, String site, long... numbers) {
    long key = mix(seed + WEYL) ^ hash(site);
    for (long number : numbers) {
      key = mix(key + WEYL * (number + 1));
    }
    return new CounterRandom(key);
  }

  /** FNV-1a, 64 bits, over the UTF-8 bytes of a text. */
  public static long hash(String text) {
    long h = FNV_BASIS;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * FNV_PRIME;
    }
    return h;
  }

  @Override
  public long nextLong() {
    state += WEYL;
    return mix(state);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
