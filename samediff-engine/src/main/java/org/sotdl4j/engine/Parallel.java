package org.sotdl4j.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Splits work into chunks that depend on its size only, so results do not depend on the cores.
 *
 * <p>The threads are our own because the common pool's go to sleep between two steps of a plan, and
 * waking them takes longer than many a step: these look out for the next one for a while.
 */
final class Parallel {

  /** Floats below which a chunk costs less than waking a thread. */
  private static final long CHUNK = 32 * 1024;

  /** How long a thread looks out for work before it sleeps, in nanoseconds. */
  private static final long PATIENCE = 50_000;

  /** Looks at what other threads do before others are let in. */
  private static final int SPINS = 10_000;

  private static final Thread[] HELPERS =
      new Thread[Math.max(0, Runtime.getRuntime().availableProcessors() - 1)];

  /** What the helpers do; one job at a time. */
  private static final AtomicReference<Job> JOB = new AtomicReference<>();

  /** Whether the next work is not ours, so that looking out for it takes a core from others. */
  private static volatile boolean resting;

  static {
    for (int i = 0; i < HELPERS.length; i++) {
      HELPERS[i] = Thread.ofPlatform().daemon().name("sot-engine-" + i).start(Parallel::help);
    }
  }

  private Parallel() {}

  /** Does something with a range, given its start and end. */
  @FunctionalInterface
  interface Range {
    void run(long from, long to);
  }

  /** Runs over [0, count), where each item is so many floats of work. */
  static void run(long count, long floatsPerItem, Range body) {
    chunks(count, items(floatsPerItem), body);
  }

  /** Items of so many floats that a thread does at a time. */
  static long items(long floatsPerItem) {
    return Math.max(1, CHUNK / Math.max(1, floatsPerItem));
  }

  /** Runs over [0, count) in chunks of so many items. */
  static void chunks(long count, long items, Range body) {
    int chunks = Math.toIntExact(Math.ceilDiv(count, items));
    if (chunks <= 1) {
      body.run(0, count);
      return;
    }
    Job job = new Job(chunks, items, count, body);
    // Where another thread's job has the helpers, this one is done by its own thread alone.
    boolean helped = JOB.compareAndSet(null, job);
    resting = false;
    if (helped) {
      for (int i = 0; i < Math.min(HELPERS.length, chunks - 1); i++) {
        LockSupport.unpark(HELPERS[i]);
      }
    }
    job.work();
    if (helped) {
      JOB.set(null);
    }
    job.await();
  }

  /** Lets the threads sleep at once: libnd4j's are about to need the cores. */
  static void rest() {
    resting = true;
  }

  private static void help() {
    long idleSince = System.nanoTime();
    while (true) {
      Job job = JOB.get();
      if (job != null && job.work()) {
        idleSince = System.nanoTime();
      } else if (!resting && System.nanoTime() - idleSince < PATIENCE) {
        Thread.onSpinWait();
      } else {
        LockSupport.park();
        idleSince = System.nanoTime();
      }
    }
  }

  /** Chunks that threads take one after the other. */
  private static final class Job {
    private final int chunks;
    private final long items;
    private final long count;
    private final Range body;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(int chunks, long items, long count, Range body) {
      this.chunks = chunks;
      this.items = items;
      this.count = count;
      this.body = body;
    }

    /** Does chunks until none is left; says whether there was one. */
    boolean work() {
      if (taken.get() >= chunks) {
        return false;
      }
      boolean worked = false;
      for (int chunk = taken.getAndIncrement(); chunk < chunks; chunk = taken.getAndIncrement()) {
        worked = true;
        try {
          body.run(chunk * items, Math.min(count, (chunk + 1) * items));
        } catch (Throwable e) { // rethrown by the thread whose job it is
          failure.compareAndSet(null, e);
        } finally {
          done.incrementAndGet();
        }
      }
      return worked;
    }

    /** Waits for the chunks that other threads have taken. */
    void await() {
      for (int spins = 0; done.get() < chunks; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else { // on a busy machine the other thread may have no core
          LockSupport.parkNanos(1);
        }
      }
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure.get());
      }
    }
  }
}
