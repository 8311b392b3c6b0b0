package org.sotdl4j.app;

import java.io.Closeable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.train.TrainListener;

/** Shows training: a bar an epoch on a terminal, plain lines otherwise. */
final class TrainProgress implements TrainListener, Closeable {

  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  /** Part of an epoch. */
  private static final double MUCH_WAITING = 0.1;

  private final PrintWriter err;
  private final int batchSize;
  private final Integer interval; // null for a line now and then
  private final boolean terminal = CountProgress.isTerminal();
  private ProgressBar bar;
  private int epoch;
  private int epochs;
  private int batch;
  private int batches;
  private long lastLine;

  /**
   * @param interval steps from a plain line to the next; null to let the time decide
   */
  TrainProgress(PrintWriter err, int batchSize, Integer interval) {
    this.err = err;
    this.interval = interval;
    this.batchSize = batchSize;
  }

  @Override
  public void epochStarted(int number, int total, int firstBatch, int count) {
    epoch = number;
    epochs = total;
    batch = firstBatch;
    batches = count;
    lastLine = System.nanoTime();
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("epoch %d/%d".formatted(number, total))
              .setInitialMax(count)
              .startsFrom(firstBatch, Duration.ZERO)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .hideEta()
              .build();
    }
  }

  @Override
  public void stepDone(double loss, double top1, double imagesPerSecond) {
    batch++;
    String text =
        String.format(
            Locale.ROOT,
            "loss %.2f top-1 %.1f%% %.0f img/s ETA %s",
            loss,
            100 * top1,
            imagesPerSecond,
            eta(imagesPerSecond));
    if (bar != null) {
      bar.stepTo(batch);
      bar.setExtraMessage(text);
    } else if (isDue()) {
      lastLine = System.nanoTime();
      err.printf("epoch %d/%d  batch %d/%d  %s%n", epoch, epochs, batch, batches, text);
      err.flush();
    }
  }

  private boolean isDue() {
    return interval == null
        ? System.nanoTime() - lastLine > PLAIN_INTERVAL.toNanos()
        : batch % interval == 0;
  }

  /** Time to the end of the training at the present speed. */
  private String eta(double imagesPerSecond) {
    long batchesLeft = (long) (epochs - epoch) * batches + batches - batch;
    Duration left = Duration.ofSeconds((long) (batchesLeft * batchSize / imagesPerSecond));
    return "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
  }

  @Override
  public void averageEvaluated(EpochMetrics row) {
    closeBar();
    err.printf(
        Locale.ROOT,
        "epoch %d/%d  moving average: validation loss %.3f  top-1 %.2f %%  top-5 %.2f %%%n",
        row.epoch(),
        epochs,
        row.valLoss(),
        100 * row.valTop1(),
        100 * row.valTop5());
  }

  @Override
  public void epochDone(EpochMetrics row, boolean best) {
    closeBar();
    err.printf(
        Locale.ROOT,
        "epoch %d/%d  loss %.3f  top-1 %.1f %%  |  validation loss %.3f  top-1 %.2f %%  top-5 %.2f %%  |  %.0f img/s  %.0f s%s%s%n",
        row.epoch(),
        epochs,
        row.trainLoss(),
        100 * row.trainTop1(),
        row.valLoss(),
        100 * row.valTop1(),
        100 * row.valTop5(),
        row.imagesPerSecond(),
        row.seconds(),
        waited(row),
        best ? "  best" : "");
    err.flush();
  }

  /** Says where the pictures come too slowly. */
  private static String waited(EpochMetrics row) {
    return row.secondsWaited() > MUCH_WAITING * row.seconds()
        ? String.format(Locale.ROOT, ", %.0f of them waiting for pictures", row.secondsWaited())
        : "";
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    closeBar();
  }
}
