package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sotdl4j.app.UserException;

class MetricsCsvTest {

  private static final String HEADER =
      "epoch,learning_rate,train_loss,train_top1,val_loss,val_top1,val_top5,images_per_second,seconds,gradient_norm,seconds_waited";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("metrics.csv");
  }

  @Test
  void columnsAreInTheOrderOfTheRecord() throws IOException {
    MetricsCsv.write(file, List.of(new EpochMetrics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));

    assertThat(file).hasContent(HEADER + "\n1,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0\n");
  }

  @Test
  void everyBitComesBack() throws IOException {
    var random = new SplittableRandom(7);
    List<EpochMetrics> epochs =
        IntStream.rangeClosed(1, 101)
            .mapToObj(e ->
                new EpochMetrics(
                    e,
                    0.1 + 0.2,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    -0.0,
                    Double.MIN_VALUE,
                    random.nextDouble(),
                    Double.longBitsToDouble(random.nextLong()),
                    Math.nextUp(1.0),
                    random.nextDouble(),
                    random.nextDouble()))
            .toList();

    MetricsCsv.write(file, epochs);

    // Records compare doubles by their bits, with a single NaN.
    assertThat(MetricsCsv.read(file)).isEqualTo(epochs);
  }

  @Test
  void aTableOfAnEarlierVersionIsReadAsFarAsItGoes() throws IOException {
    String header = HEADER.replace(",gradient_norm,seconds_waited", "");
    Files.writeString(file, header + "\n1,2,3,4,5,6,7,8,9\n");

    assertThat(MetricsCsv.read(file))
        .containsExactly(new EpochMetrics(1, 2, 3, 4, 5, 6, 7, 8, 9, Double.NaN, Double.NaN));

    Files.writeString(file, header + "\n1,2,3,4,5,6,7,8,9,10\n");
    assertThatThrownBy(() -> MetricsCsv.read(file))
        .hasMessageContaining("has 10 columns where an epoch and 8 numbers are expected");
  }

  @Test
  void aTableWithoutEpochsIsOne() throws IOException {
    MetricsCsv.write(file, List.of());

    assertThat(MetricsCsv.read(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "epoch,loss\n1,2\n", HEADER + ",more\n", "1,2,3,4,5,6,7,8,9\n"})
  void withoutTheHeaderItIsNoTable(String content) throws IOException {
    Files.writeString(file, content);

    assertThatThrownBy(() -> MetricsCsv.read(file))
        .isInstanceOf(UserException.class)
        .hasMessage(file + " is no table of metrics: its first line must be \"" + HEADER + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2,1e-3,2.3",
        "2,1,2,3,4,5,6,7,8,9,10,11",
        "",
        "2,1,2,3,4,5,6,7,8,9,x",
        "2.5,1,2,3,4,5,6,7,8,9,10"
      })
  void aMalformedLineIsNamed(String line) throws IOException {
    MetricsCsv.write(file, List.of(new EpochMetrics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
    Files.writeString(file, Files.readString(file) + line + "\n");

    assertThatThrownBy(() -> MetricsCsv.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Line 3 of " + file)
        .hasMessageEndingWith("mend or delete the line");
  }
}
