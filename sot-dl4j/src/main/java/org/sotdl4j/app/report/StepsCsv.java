package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * The file {@code steps.csv}: a header and a line per step. It grows with the run, and a power cut
 * may leave half a line; what is no line is left out.
 */
public final class StepsCsv implements Closeable {

  private static final String HEADER = "step,loss\n";
  private static final Pattern LINE =
      Pattern.compile("^(\\d{1,18}),(-?\\d+\\.\\d+(?:E-?\\d+)?)\\n", Pattern.MULTILINE);

  private final Writer out;

  /**
   * Opens the file for the steps from {@code next} on; what it holds of them already, from a run
   * that was stopped after its last checkpoint, is dropped.
   */
  public StepsCsv(Path file, long next) throws IOException {
    AtomicFile.writeText(
        file,
        read(file).stream()
            .filter(step -> step.step() < next)
            .map(StepsCsv::line)
            .collect(joining("", HEADER, "")));
    this.out = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
  }

  /** Adds a line, which is in the file when this returns. */
  public void add(StepLoss step) throws IOException {
    out.write(line(step));
    out.flush();
  }

  /** The steps in the file; none where it is missing, as in runs of an earlier version. */
  public static List<StepLoss> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return LINE.matcher(Files.readString(file))
        .results()
        .map(line -> new StepLoss(Long.parseLong(line.group(1)), Double.parseDouble(line.group(2))))
        .toList();
  }

  private static String line(StepLoss step) {
    return step.step() + "," + step.loss() + "\n";
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
