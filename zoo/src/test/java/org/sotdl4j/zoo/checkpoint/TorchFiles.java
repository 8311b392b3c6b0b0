package org.sotdl4j.zoo.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PyTorch's files for tests: small real ones (make.py lies beside them), and some by hand. */
final class TorchFiles {

  /** A pickled dict of one tensor "w": FloatStorage "0" of 6 values, shape (2, 3). */
  static final String PICKLE = pickle("K\u0000", "K\u0002K\u0003\u0086", "K\u0003K\u0001\u0086");

  private TorchFiles() {}

  /** A pickled dict of one tensor "w" on FloatStorage "0" of 6 values. */
  static String pickle(String offset, String shape, String strides) {
    return "\u0080\u0002}X\u0001\u0000\u0000\u0000w"
        + "ctorch._utils\n_rebuild_tensor_v2\n("
        + "(X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000"
        + "X\u0003\u0000\u0000\u0000cpuK\u0006tQ"
        + offset
        + shape
        + strides
        + "\u0089ccollections\nOrderedDict\n)RtRs.";
  }

  /** A file of the test's resources. */
  static byte[] resource(String name) throws IOException {
    try (InputStream in = TorchFiles.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A file with a pickle and, for its storage "0", 24 bytes. */
  static byte[] zip(String pickle) throws IOException {
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x/data.pkl", latin(pickle));
    entries.put("x/data/0", new byte[24]);
    return zip(entries);
  }

  static byte[] zip(SequencedMap<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  static SequencedMap<String, byte[]> unzip(byte[] archive) {
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    ZipDirectory.entries(new MappedFile(Path.of("archive"), MemorySegment.ofArray(archive)))
        .forEach((name, bytes) -> entries.put(name, bytes.toArray(ValueLayout.JAVA_BYTE)));
    return entries;
  }
}
