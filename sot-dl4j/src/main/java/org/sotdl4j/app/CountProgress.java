package org.sotdl4j.app;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far some work is: a bar on a terminal, a line now and then otherwise. */
final class CountProgress implements AutoCloseable {

  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final String task;
  private final int total;
  private final PrintWriter err;
  private final ProgressBar bar;
  private long lastLine = System.nanoTime();

  CountProgress(String task, int total, PrintWriter err) {
    this.task = task;
    this.total = total;
    this.err = err;
    this.bar =
        isTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .build()
            : null;
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null where there is no terminal
  static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Tells how much is done; by any thread. */
  synchronized void at(int done) {
    if (bar != null) {
      bar.stepTo(Math.max(done, bar.getCurrent()));
    } else if (System.nanoTime() - lastLine > PLAIN_INTERVAL.toNanos()) {
      lastLine = System.nanoTime();
      err.printf("%s %,d/%,d%n", task, done, total);
      err.flush();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
