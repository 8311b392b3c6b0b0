package org.sotdl4j.zoo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A file in the safetensors format: the length of the header (8 bytes, little-endian), the header
 * (JSON: names, types, shapes, offsets, metadata), the tensors' values, row-major and
 * little-endian. An open file is mapped, so only tensors that are read take memory. Format: the
 * README of huggingface/safetensors.
 */
public final class Safetensors implements AutoCloseable {

  private static final int MAX_HEADER = 100_000_000; // the reference implementation's limit
  private static final int ALIGNMENT = 8;
  private static final long CHUNK = 1 << 30; // a ByteBuffer holds less than 2^31 bytes
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final Arena arena;
  private final MemorySegment data;
  private final SafetensorsHeader header;

  private Safetensors(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.data = data;
    this.header = header;
  }

  /**
   * Opens a file and checks its structure.
   *
   * @throws CheckpointException if it cannot be read, is damaged or of another format
   */
  public static Safetensors open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment file = map(path, arena);
      int length = headerLength(path, file);
      byte[] json = file.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
      MemorySegment data = file.asSlice(Long.BYTES + (long) length);
      return new Safetensors(
          path, arena, data, SafetensorsHeader.parse(path.toString(), json, data.byteSize()));
    } catch (CheckpointException e) {
      arena.close();
      throw e;
    }
  }

  private static MemorySegment map(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new CheckpointException("%s is a folder, not a safetensors file".formatted(path));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read: %s".formatted(path, AtomicFile.reason(e)), e);
    }
  }

  private static int headerLength(Path path, MemorySegment file) {
    if (file.byteSize() < Long.BYTES) {
      throw new CheckpointException(
          "%s is not a safetensors file: it has %d bytes".formatted(path, file.byteSize()));
    }
    long length = file.get(LENGTH, 0);
    if (length < 0 || length > MAX_HEADER || length > file.byteSize() - Long.BYTES) {
      throw new CheckpointException(
          "%s is not a safetensors file: %s".formatted(path, guess(file, length)));
    }
    return (int) length;
  }

  private static String guess(MemorySegment file, long length) {
    byte[] bytes = file.asSlice(0, Math.min(64, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String start = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (start.startsWith("PK\3\4")) {
      return "it looks like a zip archive, as PyTorch's .pth files are; './sot import' reads those";
    }
    if (start.startsWith("\u0080")) {
      return "it looks like a Python pickle, as old .pth files are; './sot import' reads those";
    }
    if (start.startsWith("<")) {
      return "it looks like a web page; download the file itself";
    }
    if (start.startsWith("version https://git-lfs")) {
      return "it looks like a Git LFS pointer; fetch the file itself with 'git lfs pull'";
    }
    return "it has %d bytes and announces a header of %s"
        .formatted(file.byteSize(), Long.toUnsignedString(length));
  }

  /** Free texts about the file. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** The tensors' names in the header's order. */
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(header.tensors().sequencedKeySet());
  }

  /** A tensor's shape, empty for a scalar. */
  public long[] shape(String name) {
    return tensor(name).dimensions();
  }

  /** The type that {@link #read} gives: half precision (F16, BF16) becomes FLOAT. */
  public DataType dataType(String name) {
    return tensor(name).type().readType();
  }

  /**
   * A copy of a tensor.
   *
   * @throws CheckpointException if the file has none of that name
   */
  public INDArray read(String name) {
    SafetensorsHeader.Tensor tensor = tensor(name);
    INDArray array = Nd4j.createUninitialized(tensor.type().dataType(), tensor.dimensions());
    memory(array).copyFrom(data.asSlice(tensor.begin(), tensor.end() - tensor.begin()));
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST); // a GPU's copy is out of date
    if (array.dataType() == tensor.type().readType()) {
      return array;
    }
    try (array) {
      return array.castTo(tensor.type().readType());
    }
  }

  /**
   * Copies a tensor's values into an array of the same shape, from any floating type to any other.
   *
   * @throws CheckpointException if the file has none of that name, or one of another shape, or
   *     whole numbers for a floating array, or the reverse
   */
  public void readInto(String name, INDArray target) {
    if (!fits(name, target)) {
      throw new CheckpointException("%s does not fit: %s".formatted(path, misfit(name, target)));
    }
    try (INDArray array = read(name)) {
      target.assign(array);
    }
  }

  boolean fits(String name, INDArray target) {
    return Arrays.equals(shape(name), target.shape())
        && dataType(name).isFPType() == target.dataType().isFPType();
  }

  /** How a tensor differs from an array that it does not fit. */
  String misfit(String name, INDArray target) {
    return "%s is %s %s in the file and %s %s in the model"
        .formatted(
            name,
            dataType(name),
            Arrays.toString(shape(name)),
            target.dataType(),
            Arrays.toString(target.shape()));
  }

  /** Releases the mapping; arrays that were read stay valid. */
  @Override
  public void close() {
    arena.close();
  }

  private SafetensorsHeader.Tensor tensor(String name) {
    SafetensorsHeader.Tensor tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException("%s has no tensor named %s".formatted(path, name));
    }
    return tensor;
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
              MemorySegment values = memory(rowMajor);
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

  /** The values of a row-major array; all of ND4J's platforms are little-endian, as the format. */
  @SuppressWarnings("restricted")
  private static MemorySegment memory(INDArray array) {
    if (array.isEmpty()) {
      return MemorySegment.NULL;
    }
    return MemorySegment.ofAddress(array.data().address())
        .reinterpret(array.length() * array.dataType().width());
  }
}
