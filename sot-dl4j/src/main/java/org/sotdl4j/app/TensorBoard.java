package org.sotdl4j.app;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.EventFile;
import org.sotdl4j.app.train.TrainListener;
import org.sotdl4j.app.train.Update;

/** Writes what training tells to a file that TensorBoard shows. */
final class TensorBoard implements TrainListener, Closeable {

  private final EventFile file;
  private final int interval;
  private long step;

  /**
   * @param interval steps from one that is written to the next
   */
  TensorBoard(Path folder, int interval) throws IOException {
    this.file = new EventFile(folder);
    this.interval = interval;
  }

  @Override
  public void epochStarted(int epoch, int epochs, int firstBatch, int batches) {
    step = (long) (epoch - 1) * batches + firstBatch;
  }

  @Override
  public void updated(Update update) {
    step = update.step();
    if (step % interval == 0) {
      write(Map.of("train/step loss", update.loss(), "train/learning rate", update.learningRate()));
    }
  }

  @Override
  public void averageEvaluated(EpochMetrics metrics) {
    write(validation("validation of the average/", metrics));
  }

  @Override
  public void epochDone(EpochMetrics metrics, boolean best) {
    Map<String, Double> values = validation("validation/", metrics);
    values.put("train/loss", metrics.trainLoss());
    values.put("train/top-1", metrics.trainTop1());
    values.put("train/images per second", metrics.imagesPerSecond());
    write(values);
  }

  private static Map<String, Double> validation(String group, EpochMetrics metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(group + "loss", metrics.valLoss());
    values.put(group + "top-1", metrics.valTop1());
    values.put(group + "top-5", metrics.valTop5());
    return values;
  }

  private void write(Map<String, Double> values) {
    try {
      file.scalars(step, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
