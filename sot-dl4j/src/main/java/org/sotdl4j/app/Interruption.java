package org.sotdl4j.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C (and a polite kill) while work goes on: the work is asked to end, and the JVM waits until
 * it has saved. Close it when that is done.
 */
final class Interruption implements AutoCloseable {

  /** What shells expect of a process that SIGINT ended. */
  static final int EXIT_CODE = 130;

  private static final int PATIENCE_MINUTES = 5;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::ask);
  private final CountDownLatch asked = new CountDownLatch(1);

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  boolean requested() {
    return asked.getCount() == 0;
  }

  /** Waits until it is requested. */
  void await() throws InterruptedException {
    asked.await();
  }

  private void ask() {
    asked.countDown();
    try {
      var _ = done.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    if (!requested()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // The JVM began to shut down in between; the hook finds the latch open.
      }
    }
  }
}
