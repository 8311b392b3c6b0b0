package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SafetensorsTest extends FormatTesting {

  SafetensorsTest() {
    super("test.safetensors");
  }

  /** A file by hand: 8 bytes of length, 144 of header (3 of them padding), 20 of data. */
  private static byte[] byHand() {
    String header =
        "{\"__metadata__\":{\"a\":\"1\",\"b\":\"\u00e4\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]},"
            + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    int padded = 144;
    assertThat(json).hasSize(padded - 3);
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded + 20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.position() < 8 + padded) {
      bytes.put((byte) ' ');
    }
    return bytes
        .putLong(-7)
        .putInt(0x3f800000) // 1
        .putInt(0xc0200000) // -2.5
        .putInt(0x3dcccccd) // 0.1
        .array();
  }

  @Test
  void writesWhatTheFormatSays() throws IOException {
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("w", Nd4j.createFromArray(1f, -2.5f, 0.1f));
    tensors.put("n", Nd4j.scalar(-7L));
    Path file = folder.resolve("a.safetensors");

    Safetensors.write(file, tensors, Map.of("b", "\u00e4", "a", "1"));

    assertThat(Files.readAllBytes(file)).isEqualTo(byHand());
  }

  @Test
  void readsWhatTheFormatSays() throws IOException {
    try (TensorFile file = open(byHand())) {
      assertThat(file.metadata()).isEqualTo(Map.of("a", "1", "b", "\u00e4"));
      assertThat(file.names()).containsExactly("w", "n");
      assertThat(file.shape("w")).containsExactly(3);
      assertThat(file.shape("n")).isEmpty();
      assertThat(file.dataType("n")).isEqualTo(DataType.INT64);
      assertThat(file.read("n").getLong(0)).isEqualTo(-7);
      assertThat(file.read("n").rank()).isZero();
      assertThat(file.read("w").toFloatVector()).containsExactly(1f, -2.5f, 0.1f);
      assertThatThrownBy(() -> file.read("v"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("has no tensor named v");
    }
  }

  /** Random bits of every type survive reading and writing; half precision is widened. */
  @ParameterizedTest
  @EnumSource
  void keepsTheBitsOfEachType(TensorType type) throws IOException {
    int width = type.dataType().width();
    byte[] bits = new byte[3 * 5 * 7 * width];
    CounterRandom.of(5, type.name()).nextBytes(bits);
    if (type == TensorType.BOOL) {
      for (int i = 0; i < bits.length; i++) {
        bits[i] &= 1;
      }
    }
    byte[] original = file(tensor("x", type.name(), "[3,5,7]", 0, bits.length), bits);
    Path copy = folder.resolve("copy.safetensors");
    try (TensorFile file = open(original)) {
      INDArray x = file.read("x");
      assertThat(x.shape()).containsExactly(3, 5, 7);
      assertThat(x.dataType()).isEqualTo(type.readType());
      SequencedMap<String, INDArray> tensors = new LinkedHashMap<>(Map.of("x", x));
      tensors.replaceAll((_, array) -> array.castTo(type.dataType()));
      Safetensors.write(copy, tensors, Map.of());
    }
    byte[] written = Files.readAllBytes(copy);
    byte[] data = new byte[bits.length];
    System.arraycopy(written, written.length - bits.length, data, 0, bits.length);
    if (type == TensorType.F16 || type == TensorType.BF16) {
      // A signalling NaN may become a quiet one when it is widened.
      for (int i = 0; i < bits.length; i += 2) {
        short before = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).getShort(i);
        short after = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getShort(i);
        if (!Float.isNaN(widen(type, before))) {
          assertThat(after).isEqualTo(before);
        }
      }
    } else {
      assertThat(data).isEqualTo(bits);
    }
  }

  private static float widen(TensorType type, short bits) {
    return type == TensorType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
  }

  /** All 65,536 values of each half type. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void widensHalvesExactly(TensorType type) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      all.putShort((short) i);
    }
    try (TensorFile file =
        open(file(tensor("x", type.name(), "[65536]", 0, 2 << 16), all.array()))) {
      float[] values = file.read("x").toFloatVector();
      for (int i = 0; i < values.length; i++) {
        // Compared by bits (any NaN equals any other): -0.0 is not 0.0.
        assertThat(Float.floatToIntBits(values[i]))
            .as("%04x", i)
            .isEqualTo(Float.floatToIntBits(widen(type, (short) i)));
      }
    }
  }

  @Test
  void writesAnyViewRowMajor() throws IOException {
    INDArray whole = Nd4j.arange(3 * 5 * 7).castTo(DataType.DOUBLE).reshape(3, 5, 7);
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("permuted", whole.permute(2, 0, 1));
    tensors.put("row", whole.slice(1).getRow(2));
    tensors.put("fortran", whole.dup('f'));
    tensors.put("none", Nd4j.create(DataType.FLOAT, 0, 3));
    Path path = folder.resolve("views.safetensors");
    Safetensors.write(path, tensors, Map.of());
    try (TensorFile file = TensorFile.open(path)) {
      INDArray permuted = file.read("permuted");
      assertThat(permuted.shape()).containsExactly(7, 3, 5);
      assertThat(permuted.getDouble(4, 2, 1)).isEqualTo(2 * 35 + 1 * 7 + 4);
      assertThat(file.read("row").toDoubleVector()).containsExactly(49, 50, 51, 52, 53, 54, 55);
      assertThat(file.read("fortran")).isEqualTo(whole);
      assertThat(file.read("none").shape()).containsExactly(0, 3);
    }
  }

  @Test
  void readsIntoAnyFloatingTypeAndNothingElse() throws IOException {
    try (TensorFile file = open(byHand())) {
      INDArray target = Nd4j.create(DataType.DOUBLE, 3);
      file.readInto("w", target);
      assertThat(target.toDoubleVector()).containsExactly(1, -2.5, 0.1f);
      assertThatThrownBy(() -> file.readInto("w", Nd4j.create(DataType.FLOAT, 3, 1)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith(
              "does not fit: w is FLOAT [3] in the file and FLOAT [3, 1] in the model");
      assertThatThrownBy(() -> file.readInto("n", Nd4j.scalar(1f)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("n is LONG [] in the file and FLOAT [] in the model");
    }
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    Path file = folder.resolve("a.safetensors");
    for (Map<String, INDArray> tensors :
        List.of(
            Map.of("x", Nd4j.create(DataType.UINT32, 2)),
            Map.of("__metadata__", Nd4j.create(DataType.FLOAT, 2)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Safetensors.write(file, new LinkedHashMap<>(tensors), Map.of()));
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** 64 MB pass through the disk and back with hardly any Java memory. */
  @Test
  void takesNoHeap() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path path = folder.resolve("large.safetensors");
    INDArray large = Nd4j.valueArrayOf(new long[] {16, 1 << 20}, 0.5f);
    long before = threads.getCurrentThreadAllocatedBytes();
    Safetensors.write(path, new LinkedHashMap<>(Map.of("x", large)), Map.of());
    try (TensorFile file = TensorFile.open(path)) {
      file.readInto("x", large.addi(1));
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
    assertThat(large.minNumber().floatValue()).isEqualTo(0.5f);
    assertThat(large.maxNumber().floatValue()).isEqualTo(0.5f);
  }

  /** The first values of every gradient are those in grads.json. */
  @Test
  void readsGoldenGradients() throws IOException {
    JsonMapper json = new JsonMapper();
    int tensors = 0;
    for (Path path : Golden.files("models/*/grads.safetensors")) {
      JsonNode expected = json.readTree(path.resolveSibling("grads.json")).get("grads");
      try (TensorFile file = TensorFile.open(path)) {
        for (String name : file.names()) {
          INDArray gradient = file.read(name);
          JsonNode first = expected.get(name).get("first8");
          for (int i = 0; i < first.size(); i++) {
            assertThat(gradient.getFloat(i)).isEqualTo((float) first.get(i).asDouble());
          }
          tensors++;
        }
      }
    }
    assertThat(tensors).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          { | 0 | its header is not valid
          [] | 0 | its header is no JSON object
          {}{} | 0 | something follows the JSON object
          {"a":1} | 0 | its header is not valid
          {"a":null} | 0 | tensor a lacks
          {"a":{}} | 0 | tensor a lacks
          {"__metadata__":null} | 0 | its metadata are not texts
          {"__metadata__":{"a":null}} | 0 | its metadata are not texts
          {"__metadata__":{"a":{}}} | 0 | its header is not valid
          {"a":{"dtype":"F64","shape":[1.5],"data_offsets":[0,8]}} | 8 | its header is not valid
          {"a":{"dtype":"F64","shape":["1"],"data_offsets":[0,8]}} | 8 | its header is not valid
          {"a":{"dtype":"F64","shape":[99999999999999999999],"data_offsets":[0,8]}} | 8 | its header is not valid
          {"a":{"dtype":"F64","shape":[null],"data_offsets":[0,8]}} | 8 | tensor a lacks
          {"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}} | 8 | tensor a lacks
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[-8,0]}} | 8 | tensor a lacks
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[0]}} | 8 | has 1 offsets and 1 dimensions
          {"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}} | 1 | has 2 offsets and 33 dimensions
          {"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}} | 8 | tensor a has the element type F8_E4M3, which ND4J lacks; convert it to one of [F64
          {"a":{"shape":[8],"data_offsets":[0,8]}} | 8 | tensor a has the element type null
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}} | 8 | of type F32 and shape [3] needs 12 bytes, its offsets are [0, 8]
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}} | 8 | needs 8 bytes, its offsets are [8, 0]
          {"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | 8 | the impossible shape [4294967296, 4294967296]
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}} | 16 | tensor a begins at byte 8 of the data, where the tensors before it end at byte 0
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}} | 7 | it should hold 8 bytes of data and ends after 7
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}} | 9 | 1 bytes follow the last tensor
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}} | 12 | tensor b begins at byte 4
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[9,17]}} | 17 | tensor b begins at byte 9
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}} | 16 | Duplicate
          """)
  void refusesADamagedHeader(String header, int dataSize, String complaint) throws IOException {
    refused(file(header, new byte[dataSize]), complaint);
  }

  @Test
  void saysWhatAFileLooksLike() {
    refused(new byte[0], "is not a safetensors file: it has 0 bytes");
    refused(new byte[7], "is not a safetensors file: it has 7 bytes");
    refused(TorchFiles.latin("\n<!DOCTYPE html><html>"), "looks like a web page");
    refused(
        TorchFiles.latin("version https://git-lfs.github.com/spec/v1"),
        "looks like a Git LFS pointer");
    refused(
        ByteBuffer.allocate(9).put(7, (byte) -1).array(),
        "announces a header of 18374686479671623680");
    refused(
        ByteBuffer.allocate(9).put(0, (byte) 2).array(),
        "it has 9 bytes and announces a header of 2");
    refused(new byte[8], "its header is no JSON object");
  }

  @Test
  void refusesAnAbsurdHeaderLength() throws IOException {
    Path path = folder.resolve("sparse.safetensors");
    try (var channel =
        Files.newByteChannel(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).flip());
      channel.position(200_000_000);
      channel.write(ByteBuffer.allocate(1));
    }
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("announces a header of 100000001");
  }

  @Test
  void saysThatThereIsNoFile() {
    Path missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> TensorFile.open(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(missing + " cannot be read: no such file or folder");
    assertThatThrownBy(() -> TensorFile.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + " is a folder, not a checkpoint file");
  }

  private static String tensor(String name, String type, String shape, int begin, int end) {
    return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}}"
        .formatted(name, type, shape, begin, end);
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
