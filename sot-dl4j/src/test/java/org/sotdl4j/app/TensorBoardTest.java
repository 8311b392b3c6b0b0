package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.EventFile;
import org.sotdl4j.app.report.MetricsCsv;
import org.tensorflow.framework.Summary;

/** What TensorBoard gets, read back by TensorFlow's messages. */
class TensorBoardTest {

  private record Event(double time, long step, String version, Map<String, Double> scalars) {}

  @TempDir private Path folder;

  @Test
  void eventsAreFramedAndSummed() throws IOException {
    try (EventFile file = new EventFile(folder)) {
      file.scalars(7, Map.of("train/loss", 0.25));
      file.scalars(300, new TreeMap<>(Map.of("a", -1.0, "b", 1e30)));
    }
    List<Event> events = events(folder);
    assertThat(events).extracting(Event::step).containsExactly(0L, 7L, 300L);
    assertThat(events.getFirst().version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).scalars()).isEqualTo(Map.of("train/loss", 0.25));
    assertThat(events.get(2).scalars()).containsOnlyKeys("a", "b").containsEntry("a", -1.0);
    assertThat(events.get(2).time()).isCloseTo(System.currentTimeMillis() / 1e3, within(60.0));
  }

  @Test
  void aRunWritesItsStepsAndEpochs() throws IOException {
    Path data = TinyPictures.write(folder.resolve("data"), 2, 8, 2);
    Path run = folder.resolve("run");
    CommandLineRun train =
        CommandLineRun.of(
            ("train %s --model vit_nano --img-size 16 -b 4 --epochs 2 --model-ema --tensorboard"
                    + " --log-interval 2 --output %s")
                .formatted(data, run)
                .split(" "));
    assertThat(train.exitCode()).as(train.err()).isZero();
    List<EpochMetrics> metrics = MetricsCsv.read(run.resolve("metrics.csv"));
    TreeMap<Long, Map<String, Double>> scalars = new TreeMap<>();
    for (Event event : events(run.resolve("tensorboard"))) {
      scalars.computeIfAbsent(event.step(), s -> new TreeMap<>()).putAll(event.scalars());
    }
    assertThat(scalars).containsOnlyKeys(0L, 2L, 4L, 6L, 8L);
    assertThat(scalars.get(2L)).containsOnlyKeys("train/step loss", "train/learning rate");
    for (int epoch = 0; epoch < 2; epoch++) {
      Map<String, Double> values = scalars.get(4L * (epoch + 1));
      EpochMetrics row = metrics.get(epoch);
      assertThat(values)
          .containsKeys("validation of the average/top-1", "train/images per second")
          .containsEntry("validation/loss", (double) (float) row.valLoss())
          .containsEntry("validation/top-1", (double) (float) row.valTop1())
          .containsEntry("train/loss", (double) (float) row.trainLoss())
          .containsEntry("train/learning rate", (double) (float) row.learningRate());
    }
  }

  private static List<Event> events(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      assertThat(found).singleElement().asString().contains("tfevents");
      return events(ByteBuffer.wrap(Files.readAllBytes(found.getFirst())));
    }
  }

  private static List<Event> events(ByteBuffer file) throws IOException {
    file.order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      file.get(file.position(), length);
      byte[] bytes = new byte[Math.toIntExact(file.getLong())];
      assertThat(file.getInt()).isEqualTo(masked(length));
      file.get(bytes);
      assertThat(file.getInt()).isEqualTo(masked(bytes));
      events.add(event(CodedInputStream.newInstance(bytes)));
    }
    return events;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int sum = (int) crc.getValue();
    return (sum >>> 15 | sum << 17) + 0xa282ead8;
  }

  private static Event event(CodedInputStream in) throws IOException {
    double time = 0;
    long step = 0;
    String version = null;
    Map<String, Double> scalars = new TreeMap<>();
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> time = in.readDouble();
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 ->
            Summary.parseFrom(in.readByteArray())
                .getValueList()
                .forEach(value -> scalars.put(value.getTag(), (double) value.getSimpleValue()));
        default -> throw new AssertionError("field " + tag);
      }
    }
    return new Event(time, step, version, scalars);
  }
}
