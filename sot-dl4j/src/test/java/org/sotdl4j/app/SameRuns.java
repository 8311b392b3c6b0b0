package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/** Whether two runs came to the same end. */
public final class SameRuns {

  private SameRuns() {}

  /** All tensors (weights, buffers, optimizer), all metrics but time, and the files' very bytes. */
  public static void check(Path actual, Path expected) throws IOException {
    RunFolder a = new RunFolder(actual);
    RunFolder b = new RunFolder(expected);
    assertThat(differing(a.last(), b.last())).isEmpty();
    assertThat(a.last()).hasSameBinaryContentAs(b.last());
    assertThat(a.best()).hasSameBinaryContentAs(b.best());
    assertThat(timeless(a)).isEqualTo(timeless(b));
    assertThat(a.steps()).hasSameBinaryContentAs(b.steps());
  }

  private static List<String> differing(Path actual, Path expected) {
    List<String> names = new ArrayList<>();
    try (TensorFile a = TensorFile.open(actual);
        TensorFile b = TensorFile.open(expected)) {
      assertThat(a.names()).isEqualTo(b.names());
      assertThat(a.names()).anyMatch(name -> name.startsWith("optimizer."));
      for (String name : b.names()) {
        INDArray x = a.read(name);
        if (!x.equalsWithEps(b.read(name), 0)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static List<EpochMetrics> timeless(RunFolder run) throws IOException {
    return MetricsCsv.read(run.metrics()).stream()
        .map(m ->
            new EpochMetrics(
                m.epoch(),
                m.learningRate(),
                m.trainLoss(),
                m.trainTop1(),
                m.valLoss(),
                m.valTop1(),
                m.valTop5(),
                0,
                0,
                m.gradientNorm(),
                0))
        .toList();
  }
}
