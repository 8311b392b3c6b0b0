package org.sotdl4j.app.report;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * A file of events that TensorBoard reads: records of TFRecord's format, each a message {@code
 * tensorflow.Event}. Summaries are TensorFlow's own messages, which ND4J carries; of the event
 * around them there are no classes, and its fields are written here.
 */
public final class EventFile implements Closeable {

  /** Numbers of the fields of {@code event.proto}. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;

  private static final int CRC_MASK = 0xa282ead8;

  private final OutputStream out;

  /**
   * Begins a file in a folder, beside those of processes before.
   *
   * @throws IOException if it cannot be written
   */
  public EventFile(Path folder) throws IOException {
    Files.createDirectories(folder);
    String name =
        "events.out.tfevents.%010d.%d"
            .formatted(System.currentTimeMillis() / 1000, ProcessHandle.current().pid());
    out =
        Files.newOutputStream(
            folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    write(0, event -> event.writeString(FILE_VERSION, "brain.Event:2"));
  }

  /**
   * Writes numbers of a step, and has them on the disk when it returns.
   *
   * @param values by tag, as {@code train/loss}
   */
  public void scalars(long step, Map<String, Double> values) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach((tag, value) ->
        summary.addValue(
            Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
    write(step, event -> event.writeMessage(SUMMARY, summary.build()));
  }

  private interface Content {
    void writeTo(CodedOutputStream event) throws IOException;
  }

  private void write(long step, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream event = CodedOutputStream.newInstance(bytes);
    event.writeDouble(WALL_TIME, System.currentTimeMillis() / 1e3);
    event.writeInt64(STEP, step);
    content.writeTo(event);
    event.flush();
    record(bytes.toByteArray());
  }

  /** Length, its checksum, the bytes, their checksum. */
  private void record(byte[] bytes) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + bytes.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(bytes.length);
    record.putInt(checksum(record.array(), Long.BYTES));
    record.put(bytes);
    record.putInt(checksum(bytes, bytes.length));
    out.write(record.array());
    out.flush();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
