package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.TensorShapeProto;

/**
 * The index of TensorFlow's checkpoints of version 2 ({@code variables.index}): a table of LevelDB
 * whose keys are the variables' names and whose values say where in the data file they lie.
 */
final class TensorBundleIndex {

  private static final int FOOTER = 48;
  private static final int TRAILER = 5; // of a block: how it is compressed, and a checksum
  private static final long MAGIC = 0xdb4775248b80fb57L;

  private TensorBundleIndex() {}

  /**
   * Where a variable lies.
   *
   * @param type TensorFlow's number for the type of its elements
   * @param offset of its first byte in the data file
   * @param size in bytes
   */
  record Entry(int type, List<Long> shape, long offset, long size) {

    boolean isFloat() {
      return type == DataType.DT_FLOAT_VALUE;
    }
  }

  /** A place in the file. */
  private record Handle(int offset, int size) {

    static Handle read(CodedInputStream in) throws IOException {
      return new Handle(
          Math.toIntExact(in.readRawVarint64()), Math.toIntExact(in.readRawVarint64()));
    }
  }

  /**
   * Reads an index; entries are in the order of the names.
   *
   * @throws IOException if it is damaged
   */
  static SequencedMap<String, Entry> read(byte[] index) throws IOException {
    CodedInputStream footer =
        CodedInputStream.newInstance(index, Math.max(index.length - FOOTER, 0), FOOTER);
    Handle.read(footer); // of a block about the blocks
    Handle blocks = Handle.read(footer);
    CodedInputStream end = CodedInputStream.newInstance(index, index.length - 8, 8);
    if (end.readRawLittleEndian64() != MAGIC) {
      throw new IOException("its index is no table of LevelDB");
    }
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    for (byte[] handle : block(index, blocks).values()) {
      Handle data = Handle.read(CodedInputStream.newInstance(handle));
      for (var item : block(index, data).entrySet()) {
        if (!item.getKey().isEmpty()) { // that is the header
          entries.put(item.getKey(), entry(item.getValue()));
        }
      }
    }
    return entries;
  }

  /** The keys and values of a block: each key says how much it shares with the one before. */
  private static SequencedMap<String, byte[]> block(byte[] index, Handle handle)
      throws IOException {
    int end = handle.offset + handle.size;
    if (end + TRAILER > index.length || index[end] != 0) {
      throw new IOException("its index is compressed or cut off");
    }
    int restarts =
        CodedInputStream.newInstance(index, end - Integer.BYTES, Integer.BYTES)
            .readRawLittleEndian32();
    int length = handle.size - Integer.BYTES * (restarts + 1);
    CodedInputStream in = CodedInputStream.newInstance(index, handle.offset, length);
    SequencedMap<String, byte[]> items = new LinkedHashMap<>();
    byte[] key = {};
    while (!in.isAtEnd()) {
      int shared = in.readRawVarint32();
      int rest = in.readRawVarint32();
      int value = in.readRawVarint32();
      key = Arrays.copyOf(key, shared + rest);
      System.arraycopy(in.readRawBytes(rest), 0, key, shared, rest);
      items.put(new String(key, StandardCharsets.UTF_8), in.readRawBytes(value));
    }
    return items;
  }

  /** TensorFlow's {@code BundleEntryProto}. */
  private static Entry entry(byte[] proto) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(proto);
    int type = 0;
    List<Long> shape = new ArrayList<>();
    long offset = 0;
    long size = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = in.readEnum();
        case 2 ->
            TensorShapeProto.parseFrom(in.readByteArray())
                .getDimList()
                .forEach(dimension -> shape.add(dimension.getSize()));
        case 4 -> offset = in.readInt64();
        case 5 -> size = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    return new Entry(type, shape, offset, size);
  }
}
