package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files of {@code torch.save}, real and hostile. */
@Timeout(60)
class TorchTest extends FormatTesting {

  TorchTest() {
    super("test.pth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.pth", "plain_legacy.pth", "protocol5.pth"})
  void readsAStateDict(String name) throws IOException {
    try (TensorFile file = open(TorchFiles.resource(name))) {
      assertThat(file.names()).containsExactly("fc.weight", "fc.bias");
      assertThat(file.shape("fc.weight")).containsExactly(2, 3);
      assertThat(file.read("fc.weight").ravel().toFloatVector())
          .containsExactly(0.5f, -1, 1.5f, 2, -2.5f, 3);
      assertThat(file.read("fc.bias").toFloatVector()).containsExactly(0.25f, -0.75f);
      assertThat(file.wrapper()).isEmpty();
      assertThat(file.ignored()).isEmpty();
      assertThat(file.prefix()).isEmpty();
      assertThat(file.format())
          .isEqualTo(name.contains("legacy") ? "PyTorch (before 1.6)" : "PyTorch (zip)");
    }
  }

  /** What a training script saves: the averaged weights are taken, the rest is left alone. */
  @ParameterizedTest
  @ValueSource(strings = {"wrapped.pth", "wrapped_legacy.pth"})
  void findsTheStateDictAmongOthers(String name) throws IOException {
    try (TensorFile file = open(TorchFiles.resource(name))) {
      assertThat(file.names()).containsExactly("fc.weight", "fc.bias");
      assertThat(file.read("fc.bias").toFloatVector()).containsExactly(0.25f, -0.75f);
      assertThat(file.wrapper()).containsExactly("state_dict_ema");
      assertThat(file.prefix()).isEqualTo("module.");
      assertThat(file.ignored())
          .containsExactly(
              "epoch",
              "arch",
              "optimizer",
              "args",
              "state_dict",
              "metric",
              "rng",
              "counts",
              "lists",
              "when");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"views.pth", "views_legacy.pth"})
  void readsViews(String name) throws IOException {
    try (TensorFile file = open(TorchFiles.resource(name))) {
      assertThat(file.read("transposed"))
          .isEqualTo(Nd4j.createFromArray(new float[][] {{0, 3}, {1, 4}, {2, 5}}));
      assertThat(file.read("part").toFloatVector()).containsExactly(5, 6, 7, 8);
      assertThat(file.read("tied").toFloatVector()).containsExactly(5, 6, 7, 8);
      assertThat(file.read("every_other"))
          .isEqualTo(Nd4j.createFromArray(new float[][] {{6, 8, 10}, {12, 14, 16}}));
      assertThat(file.read("expanded")).isEqualTo(Nd4j.valueArrayOf(new long[] {2, 3}, 7f));
      assertThat(file.read("scalar")).isEqualTo(Nd4j.scalar(3.5f));
      assertThat(file.shape("empty")).containsExactly(0, 3);
      assertThat(file.read("parameter").toFloatVector()).containsExactly(1, 2);
      assertThat(file.read("attributes").toFloatVector()).containsExactly(1, 2);
    }
  }

  @Test
  void readsAllTypes() throws IOException {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put("float64", DataType.DOUBLE);
    types.put("float32", DataType.FLOAT);
    types.put("float16", DataType.FLOAT16);
    types.put("bfloat16", DataType.BFLOAT16);
    types.put("int64", DataType.INT64);
    types.put("int32", DataType.INT32);
    types.put("int16", DataType.INT16);
    types.put("int8", DataType.INT8);
    types.put("uint8", DataType.UINT8);
    types.put("bool", DataType.BOOL);
    try (TensorFile file = open(TorchFiles.resource("types.pth"))) {
      types.forEach((name, type) -> {
        assertThat(file.storedType(name)).isEqualTo(type);
        double[] expected =
            switch (name) {
              case "uint8" -> new double[] {255, 0, 3};
              case "bool" -> new double[] {1, 0, 1};
              default -> new double[] {-1, 0, 3};
            };
        assertThat(file.read(name).castTo(DataType.DOUBLE).toDoubleVector()).isEqualTo(expected);
      });
      assertThat(file.dataType("float16")).isEqualTo(DataType.FLOAT);
      assertThat(file.names()).containsExactlyElementsOf(types.keySet());
    }
  }

  /** Every value of the fixtures' checkpoints is what their formula says, rounded as stored. */
  @Test
  void readsGoldenCheckpoints() throws IOException {
    JsonMapper json = new JsonMapper();
    for (Path path : Golden.files("models/*/checkpoints/*")) {
      JsonNode model = json.readTree(path.getParent().resolveSibling("model.json"));
      try (TensorFile file = TensorFile.open(path)) {
        int compared = 0;
        for (String list : List.of("params", "buffers")) {
          for (JsonNode tensor : model.get(list)) {
            if (!tensor.get("rule").asString().equals("constant")) {
              String name = tensor.get("name").asString();
              INDArray expected =
                  Golden.values(
                      name,
                      tensor.get("base").asDouble(),
                      tensor.get("scale").asDouble(),
                      file.shape(name));
              assertThat(file.read(name).castTo(DataType.FLOAT))
                  .as("%s in %s", name, path)
                  .isEqualTo(expected.castTo(file.storedType(name)).castTo(DataType.FLOAT));
              compared++;
            }
          }
        }
        assertThat(compared).isPositive();
      }
    }
  }

  /** Files that others published. */
  @Test
  void readsRealFiles() throws IOException {
    for (Path path : Golden.beside("data/checkpoints", "*.pth")) {
      try (TensorFile file = TensorFile.open(path)) {
        assertThat(file.names()).hasSizeGreaterThan(40);
        for (String name : file.names()) {
          INDArray values = file.read(name);
          assertThat(values.isEmpty() ? 0 : values.amaxNumber().doubleValue()).isFinite();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cos\\nsystem\\n, os.system",
    "cposix\\nsystem\\n, posix.system",
    "c__builtin__\\neval\\n, __builtin__.eval",
    "cbuiltins\\ngetattr\\n, builtins.getattr",
    "cbuiltins\\nRuntimeError\\n, builtins.RuntimeError",
    "ctorch.hub\\nload\\n, torch.hub.load",
    "ctimm.models.vision_transformer\\nVisionTransformer\\n, timm.models.vision_transformer.VisionTransformer",
    "coperator\\nattrgetter\\n, operator.attrgetter",
    "cdecimal\\nDecimal\\n, decimal.Decimal",
    "carray\\narray\\n, array.array",
    "X\\2\\0\\0\\0osX\\6\\0\\0\\0system\\223, os.system",
  })
  void refusesWhatTheListDoesNotName(String global, String name) throws IOException {
    String call = unescape(global) + "X\5\0\0\0touch\u0085R.";
    for (byte[] content :
        List.of(TorchFiles.zip("\u0080\2" + call), legacy(TorchFiles.latin("\u0080\2" + call)))) {
      refused(content, "is refused: it names the Python class or function " + name + ", which");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "(ios\\nsystem\\n., opcode 105",
    "(cbuiltins\\neval\\no., builtins.eval",
    "(X\\1\\0\\0\\0ao., opcode 111",
    "I1\\n., opcode 73",
    "\\202\\1., opcode 130",
    "P0\\n., opcode 80",
    "N2., opcode 50",
    "X\\377\\377\\377\\177a., announces 2147483647 bytes",
    "X\\377\\377\\377\\377a., announces 4294967295 bytes",
    "\\216\\377\\377\\377\\377\\377\\377\\377\\377a., announces 18446744073709551615 bytes",
    "\\213\\377\\377\\377\\177a., announces 2147483647 bytes",
    "\\2029., opcode 130",
    "}]Ns., a list or dict for a key",
    "N, premature end",
    "., pickle cannot be read",
    "NR., pickle cannot be read",
    "K\\1h\\1., invalid memo key",
    "ctorch\\nFloatStorage\\n)R., a storage is constructed",
    "}Q., pickle cannot be read",
    "(X\\6\\0\\0\\0moduleNNtQ., no storage but module",
    "ctorch._utils\\n_rebuild_tensor_v3\\n., an element type that ND4J lacks",
  })
  void refusesADamagedPickle(String pickle, String complaint) throws IOException {
    refused(TorchFiles.zip("\u0080\2" + unescape(pickle)), complaint);
  }

  @Test
  void refusesPicklesThatGrow() throws IOException {
    String million = "(" + "N".repeat(500_000) + "l";
    refused(
        TorchFiles.zip("\u0080\2" + million + "q\1ccollections\nOrderedDict\nh\1\u0085R."),
        "as only Python 2 did");
    refused(
        TorchFiles.zip(TorchFiles.pickle("K\0", "(" + "K\1".repeat(500_000) + "t", "K\3K\1\u0086")),
        "a tensor has 500000 dimensions");
  }

  @Test
  void refusesAPickleWithoutEnd() throws IOException {
    refused(TorchFiles.zip("\u0080\2" + "N".repeat(2_000_001)), "more than 2000000 operations");
    // Lists in lists, a thousand times: hashed or printed, they would have 2^1000 parts.
    refused(TorchFiles.zip("\u0080\2]" + "q\0]h\0ah\0a".repeat(1000) + "."), "no state_dict");
    refused(TorchFiles.zip("\u0080\2" + ")" + "\u0085".repeat(1_000_000) + "."), "no state_dict");
    refused(TorchFiles.zip("\u0080\2}q\0X\5\0\0\0modelh\0s."), "its state_dict lies in itself");
  }

  @ParameterizedTest
  @CsvSource({
    "K\\0, K\\2K\\4\\206, K\\4K\\1\\206, not inside its storage of 6 values",
    "K\\1, K\\2K\\3\\206, K\\3K\\1\\206, not inside its storage of 6 values",
    "K\\7, K\\0\\205, K\\1\\205, not inside its storage of 6 values",
    "J\\377\\377\\377\\377, K\\2K\\3\\206, K\\3K\\1\\206, not inside",
    "K\\0, J\\377\\377\\377\\377\\205, K\\1\\205, not inside",
    "K\\0, K\\2\\205, J\\377\\377\\377\\377\\205, not inside",
    "K\\0, K\\2K\\3\\206, K\\1\\205, has 2 dimensions and 1 strides",
    "K\\0, J\\377\\377\\377\\177\\205, K\\0\\205, not inside",
    "K\\0, \\212\\10\\377\\377\\377\\377\\377\\377\\377\\177\\205, K\\2\\205, impossible shape",
    "K\\0, \\212\\11\\0\\0\\0\\0\\0\\0\\0\\0\\1\\205, K\\2\\205, a size is no whole number",
    "N, K\\2\\205, K\\1\\205, pickle cannot be read",
  })
  void refusesATensorOutsideItsStorage(
      String offset, String shape, String strides, String complaint) throws IOException {
    String pickle = TorchFiles.pickle(unescape(offset), unescape(shape), unescape(strides));
    refused(TorchFiles.zip(pickle), complaint);
    refused(legacy(TorchFiles.latin(pickle)), complaint);
  }

  @Test
  void readsWhatIsRight() throws IOException {
    for (byte[] content :
        List.of(TorchFiles.zip(TorchFiles.PICKLE), legacy(TorchFiles.latin(TorchFiles.PICKLE)))) {
      try (TensorFile file = open(content)) {
        assertThat(file.read("w")).isEqualTo(Nd4j.zeros(DataType.FLOAT, 2, 3));
      }
    }
  }

  @Test
  void refusesAMissingOrShortStorage() throws IOException {
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x/data.pkl", TorchFiles.latin(TorchFiles.PICKLE));
    refused(TorchFiles.zip(entries), "the storage of tensor w is missing");
    entries.put("x/data/0", new byte[23]);
    refused(TorchFiles.zip(entries), "should hold 6 values of type F32 and has 23 bytes");
    entries.remove("x/data.pkl");
    refused(TorchFiles.zip(entries), "is a zip archive without data.pkl");
    entries.put("x/data.pkl", TorchFiles.latin(TorchFiles.PICKLE));
    entries.put("x/byteorder", TorchFiles.latin("big"));
    refused(TorchFiles.zip(entries), "was saved on a big-endian machine");
    entries.put("x/constants.pkl", new byte[1]);
    refused(TorchFiles.zip(entries), "is a TorchScript archive");
    refused(TorchFiles.zip("\u0080\2X\1\0\0\0a."), "holds no state_dict");
    refused(TorchFiles.zip("\u0080\2}X\5\0\0\0epochK\1s."), "it has [epoch]");
  }

  @Test
  void refusesADamagedArchive() throws IOException {
    SequencedMap<String, byte[]> entries = TorchFiles.unzip(TorchFiles.zip(TorchFiles.PICKLE));
    entries.put("x/../../etc/passwd", new byte[1]);
    refused(TorchFiles.zip(entries), "is refused: it has an entry with the path x/../../etc");
    byte[] zip = TorchFiles.zip(TorchFiles.PICKLE);
    int directory = zip.length - 22 - 2 * 46 - "x/data.pkl".length() - "x/data/0".length();
    refused(patched(zip, directory + 10, 8), "x/data.pkl is compressed or encrypted");
    refused(patched(zip, directory + 8, 1), "x/data.pkl is compressed or encrypted");
    refused(patched(zip, directory + 24, 99), "x/data.pkl is compressed or encrypted");
    refused(patched(zip, directory + 43, 99), "x/data.pkl is not where it should be");
    refused(patched(zip, directory + 42, 1), "x/data.pkl is not where it should be");
    refused(patched(patched(zip, directory + 22, 9), directory + 26, 9), "ends behind the others");
    refused(patched(zip, directory, 0), "an entry of its zip directory is missing");
    refused(patched(zip, zip.length - 22 + 10, 99), "cannot have 99 entries");
    refused(patched(zip, zip.length - 22 + 19, 99), "directory is not where it should be");
    refused(patched(zip, zip.length - 1, 1), "without its end");
    int second = directory + 46 + "x/data.pkl".length();
    refused(patched(zip, second + 42, 0), "overlap");
  }

  @Test
  void refusesCutOffFiles() throws IOException {
    for (String name : List.of("plain.pth", "plain_legacy.pth", "wrapped_legacy.pth")) {
      byte[] whole = TorchFiles.resource(name);
      for (int length = 0; length < whole.length; length += 7) {
        refused(Arrays.copyOf(whole, length), "");
      }
    }
  }

  /** An archive above 4 GiB has its numbers in fields of 64 bits; PyTorch writes those always. */
  @Test
  void readsZip64() throws IOException {
    byte[] zip = TorchFiles.zip(TorchFiles.PICKLE);
    int end = zip.length - 22;
    int directory = end - 2 * 46 - "x/data.pkl".length() - "x/data/0".length();
    int second = directory + 46 + "x/data.pkl".length();
    ByteBuffer old = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bytes = ByteBuffer.allocate(zip.length + 200).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(zip, 0, end);
    bytes.putShort(second + 30, (short) 37); // another extra field, then that of zip64
    bytes.putShort((short) 0x5455).putShort((short) 5).put(new byte[5]);
    bytes.putShort((short) 1).putShort((short) 24);
    bytes.putLong(24).putLong(24).putLong(old.getInt(second + 42));
    bytes.putInt(second + 20, -1).putInt(second + 24, -1).putInt(second + 42, -1);
    int end64 = bytes.position();
    bytes.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putLong(0);
    bytes.putLong(2).putLong(2).putLong(end64 - directory).putLong(directory);
    bytes.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
    bytes.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
    bytes.putInt(-1).putInt(-1).putShort((short) 0);
    byte[] zip64 = Arrays.copyOf(bytes.array(), bytes.position());
    try (TensorFile file = open(zip64)) {
      assertThat(file.read("w")).isEqualTo(Nd4j.zeros(DataType.FLOAT, 2, 3));
    }
    int locator = zip64.length - 22 - 20;
    refused(patched(zip64, locator + 8, 0), "zip64 directory is not where it should be");
    refused(patched(zip64, locator + 15, 0x80), "zip64 directory is not where it should be");
    refused(patched(zip64, end64 + 39, 0x80), "cannot have 9223372036854775810 entries");
    refused(patched(zip64, end64 + 55, 0x80), "its zip directory is not where it should be");
  }

  @Test
  void saysWhatAFileIsInstead() throws IOException {
    refused(TorchFiles.latin("\n<!DOCTYPE html><html>"), "it looks like a web page");
    refused(TorchFiles.latin("version https://git-lfs.github.com/spec/v1"), "Git LFS pointer");
    refused(TorchFiles.latin("\u001f\u008b\u0008"), "it is compressed by gzip");
    refused(TorchFiles.latin("\u0080\3}."), "is a Python pickle, but none that PyTorch saved");
    byte[] tar = new byte[1024];
    System.arraycopy(TorchFiles.latin("storages"), 0, tar, 0, 8);
    System.arraycopy(TorchFiles.latin("ustar"), 0, tar, 257, 5);
    refused(tar, "it is a tar archive; PyTorch wrote such before 0.1.10");
    refused(new byte[0], "of 0 bytes, is no checkpoint");
    refused(TorchFiles.latin("epoch,loss\n1,2.3\n"), "begins neither like a safetensors file");
  }

  /** 64 MB are read with hardly any Java memory. */
  @Test
  void takesNoHeap() throws IOException {
    int size = 64 << 20;
    String pickle =
        TorchFiles.pickle("K\0", "J\0\0\0\1\u0085", "K\1\u0085")
            .replace("K\6tQ", "J\0\0\0\1tQ"); // 2^24 values
    Path path = folder.resolve("large.pth");
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("x/data.pkl", TorchFiles.latin(pickle));
    entries.put("x/data/0", new byte[size]);
    Files.write(path, TorchFiles.zip(entries));
    entries.clear();
    INDArray target = Nd4j.ones(DataType.FLOAT, size / 4);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (TensorFile file = TensorFile.open(path)) {
      file.readInto("w", target);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
    assertThat(target.maxNumber().floatValue()).isZero();
  }

  /** Octal escapes, so that tables of opcodes can be read. */
  private static String unescape(String text) {
    return text.replace("\\n", "\n").translateEscapes();
  }

  /** A file of the older format: facts, the given pickle, one storage of 6 values. */
  private static byte[] legacy(byte[] pickle) throws IOException {
    byte[] magic = TorchFiles.latin("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.");
    byte[] version = TorchFiles.latin("\u0080\2M\u00e9\3.");
    byte[] machine = TorchFiles.latin("\u0080\2}X\15\0\0\0little_endian\u0088s.");
    byte[] keys = TorchFiles.latin("\u0080\2]X\1\0\0\00" + "0a.");
    return ByteBuffer.allocate(
            magic.length + version.length + machine.length + pickle.length + keys.length + 32)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(magic)
        .put(version)
        .put(machine)
        .put(pickle)
        .put(keys)
        .putLong(6)
        .array();
  }

  private static byte[] patched(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }
}
