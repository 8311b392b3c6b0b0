package org.sotdl4j.app.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.sotdl4j.app.UserException;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * The file {@code metrics.csv}: a header and one line per epoch. A number is written as Java writes
 * it, with as many digits as it takes to read the same {@code double} again; {@code NaN} is one of
 * them.
 */
public final class MetricsCsv {

  private static final String HEADER =
      "epoch,learning_rate,train_loss,train_top1,val_loss,val_top1,val_top5,images_per_second,seconds,gradient_norm,seconds_waited";
  private static final int COLUMNS = HEADER.split(",", -1).length;

  /** What the first version wrote; the columns behind them came later. */
  private static final int FIRST_COLUMNS = 9;

  private MetricsCsv() {}

  /** Replaces the file as a whole: after a failure it is the old one or the new one. */
  public static void write(Path file, List<EpochMetrics> epochs) throws IOException {
    AtomicFile.writeText(
        file,
        Stream.concat(Stream.of(HEADER), epochs.stream().map(MetricsCsv::line))
            .collect(Collectors.joining("\n", "", "\n")));
  }

  /**
   * Reads what was written, by an earlier version too: what that did not measure is NaN.
   *
   * @throws UserException if the file is not such a table: one sentence with the line
   */
  public static List<EpochMetrics> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String header = lines.isEmpty() ? "" : lines.getFirst();
    int columns = header.split(",", -1).length;
    if (columns < FIRST_COLUMNS || !(HEADER + ",").startsWith(header + ",")) {
      throw new UserException(
          "%s is no table of metrics: its first line must be \"%s\"".formatted(file, HEADER));
    }
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      epochs.add(epoch(lines.get(i), columns, file, i + 1));
    }
    return epochs;
  }

  private static String line(EpochMetrics m) {
    return m.epoch()
        + ","
        + DoubleStream.of(
                m.learningRate(),
                m.trainLoss(),
                m.trainTop1(),
                m.valLoss(),
                m.valTop1(),
                m.valTop5(),
                m.imagesPerSecond(),
                m.seconds(),
                m.gradientNorm(),
                m.secondsWaited())
            .mapToObj(Double::toString)
            .collect(Collectors.joining(","));
  }

  private static EpochMetrics epoch(String line, int columns, Path file, int number) {
    String[] cells = line.split(",", -1);
    if (cells.length != columns) {
      throw malformed(file, number, columns, "has %d columns".formatted(cells.length), null);
    }
    try {
      double[] v = new double[COLUMNS - 1];
      Arrays.fill(v, Double.NaN);
      for (int i = 1; i < columns; i++) {
        v[i - 1] = Double.parseDouble(cells[i]);
      }
      return new EpochMetrics(
          Integer.parseInt(cells[0]), v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);
    } catch (NumberFormatException e) {
      throw malformed(file, number, columns, "holds what is not a number", e);
    }
  }

  private static UserException malformed(
      Path file, int number, int columns, String flaw, Exception cause) {
    return new UserException(
        "Line %d of %s %s where an epoch and %d numbers are expected; mend or delete the line"
            .formatted(number, file, flaw, columns - 1),
        cause);
  }
}
