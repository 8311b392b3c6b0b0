package org.sotdl4j.spark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Keeps Spark open where the JVM is told to end (Ctrl-C), until it is closed: Spark's own hook
 * would stop the step that a training is at, which could not be saved then. Hadoop calls the hooks,
 * Spark's too, one after the other.
 */
final class ShutdownGate implements AutoCloseable {

  private static final int BEFORE_SPARK = 1000; // Spark's own are below 100
  private static final int PATIENCE_MINUTES = 5;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Runnable hook = this::await;

  ShutdownGate() {
    ShutdownHookManager.get()
        .addShutdownHook(hook, BEFORE_SPARK, PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  private void await() {
    try {
      var _ = done.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      var _ = ShutdownHookManager.get().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM ends already; the hook finds the latch open.
    }
  }
}
