package org.sotdl4j.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory outside the heap that the process may still take. ND4J's arrays are not bounded by
 * themselves: where the system has no more, the JVM crashes.
 */
public final class OffHeap {

  /** How often to look whether arrays that nobody uses any more are freed. */
  private static final int TRIES = 10;

  private static final long PAUSE = 50_000_000;

  private OffHeap() {}

  /**
   * Bytes up to JavaCPP's limit for the whole process ({@code
   * org.bytedeco.javacpp.maxphysicalbytes}) and to the memory of the machine or container.
   */
  static long free() {
    return limit() - Pointer.physicalBytes();
  }

  private static long limit() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long total = system.getTotalMemorySize();
    long limit = Pointer.maxPhysicalBytes();
    return limit > 0 ? Math.min(limit, total) : total;
  }

  /** Whether so many bytes are free, perhaps after arrays that nobody uses any more are freed. */
  static boolean has(long bytes) {
    for (int i = 0; bytes > free(); i++) {
      if (i == TRIES || bytes > limit()) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(PAUSE);
    }
    return true;
  }

  /**
   * Makes sure that there is memory for something.
   *
   * @param what a noun that begins a sentence
   * @throws NotEnoughMemoryException if there is not
   */
  public static void require(long bytes, String what) {
    if (!has(bytes)) {
      throw new NotEnoughMemoryException(shortage(bytes, what));
    }
  }

  static String shortage(long bytes, String what) {
    return String.format(
        Locale.ROOT,
        "%s needs %.2f GiB outside the heap, where %.2f GiB are free",
        what,
        bytes / 0x1p30,
        free() / 0x1p30);
  }
}
