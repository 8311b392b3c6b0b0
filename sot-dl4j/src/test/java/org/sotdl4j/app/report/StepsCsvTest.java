package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepsCsvTest {

  @TempDir private Path folder;

  @Test
  void aRunThatGoesOnDropsWhatItDoesAgain() throws IOException {
    Path file = folder.resolve("steps.csv");
    assertThat(StepsCsv.read(file)).isEmpty();
    try (StepsCsv steps = new StepsCsv(file, 1)) {
      steps.add(new StepLoss(1, 2.5));
      steps.add(new StepLoss(2, 1e-7));
      assertThat(StepsCsv.read(file)).hasSize(2); // before the end too
      steps.add(new StepLoss(3, 1.5));
    }
    Files.writeString(file, "12,0.1", StandardOpenOption.APPEND); // and then the power was cut

    try (StepsCsv steps = new StepsCsv(file, 3)) {
      steps.add(new StepLoss(3, 1.25));
    }

    assertThat(file).hasContent("step,loss\n1,2.5\n2,1.0E-7\n3,1.25\n");
    assertThat(StepsCsv.read(file))
        .containsExactly(new StepLoss(1, 2.5), new StepLoss(2, 1e-7), new StepLoss(3, 1.25));
  }

  @Test
  void manyStepsBecomeMeans() {
    Curve curve =
        new Curve(
            "",
            "",
            IntStream.rangeClosed(1, 2001).mapToObj(i -> new Curve.Point(i, i % 3)).toList());

    List<Curve.Point> points = curve.thinned().points();

    assertThat(points)
        .hasSize(667)
        .allMatch(point -> point.y() == 1)
        .last()
        .matches(p -> p.x() == 2001);
  }
}
