package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The safetensors format: the length of the header (8 bytes, little-endian), the header (JSON:
 * names, types, shapes, offsets, metadata), the tensors' values, row-major and little-endian.
 * Format: the README of huggingface/safetensors.
 */
public final class Safetensors {

  private static final int MAX_HEADER = 100_000_000; // the reference implementation's limit
  private static final int ALIGNMENT = 8;
  private static final long CHUNK = 1 << 30; // a ByteBuffer holds less than 2^31 bytes

  private Safetensors() {}

  /** Whether a file begins like one of this format. */
  static boolean recognises(MappedFile file) {
    return file.size() > Long.BYTES
        && isHeaderLength(file, file.int64(0))
        && file.text(Long.BYTES, 1).equals("{");
  }

  /**
   * Reads the header and checks the structure.
   *
   * @throws CheckpointException if the file is damaged or of another format
   */
  static Contents read(MappedFile file) {
    if (file.size() < Long.BYTES) {
      throw new CheckpointException(
          "%s is not a safetensors file: it has %d bytes".formatted(file.path(), file.size()));
    }
    long length = file.int64(0);
    if (!isHeaderLength(file, length)) {
      throw new CheckpointException(
          "%s is not a safetensors file: it has %d bytes and announces a header of %s"
              .formatted(file.path(), file.size(), Long.toUnsignedString(length)));
    }
    byte[] json = file.bytes().asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = file.bytes().asSlice(Long.BYTES + length);
    SafetensorsHeader header = SafetensorsHeader.parse(file, json, data.byteSize());
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    header
        .tensors()
        .forEach((name, tensor) ->
            tensors.put(
                name,
                StoredTensor.rowMajor(
                    tensor.type(),
                    tensor.shape(),
                    data.asSlice(tensor.begin(), tensor.end() - tensor.begin()))));
    return Contents.plain("safetensors", header.metadata(), tensors);
  }

  private static boolean isHeaderLength(MappedFile file, long length) {
    return length >= 0 && length <= MAX_HEADER && length <= file.size() - Long.BYTES;
  }

  /**
   * Writes a file, atomically. The values are aligned to their width, whatever the order of names.
   *
   * @param tensors by name, in the order that the header shall have
   * @param metadata free texts
   * @throws IOException if that fails: one sentence; an older file is as it was
   * @throws IllegalArgumentException for an element type that the format does not have
   */
  public static void write(
      Path path, SequencedMap<String, INDArray> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.of(tensors, metadata);
    AtomicFile.write(
        path,
        channel -> {
          writeAll(channel, prelude(header.toJson()));
          for (String name : header.inDataOrder()) {
            try (INDArray rowMajor = tensors.get(name).dup('c')) {
              Nd4j.getAffinityManager().ensureLocation(rowMajor, Location.HOST);
              MemorySegment values = StoredTensor.memory(rowMajor);
              for (long at = 0; at < values.byteSize(); at += CHUNK) {
                long size = Math.min(CHUNK, values.byteSize() - at);
                writeAll(channel, values.asSlice(at, size).asByteBuffer());
              }
            }
          }
        });
  }

  /** The header's length and the header, filled up with spaces so that the data are aligned. */
  private static ByteBuffer prelude(byte[] json) {
    int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return ByteBuffer.allocate(Long.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(padded)
        .flip();
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
