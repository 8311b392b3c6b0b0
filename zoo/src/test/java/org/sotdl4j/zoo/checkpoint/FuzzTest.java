package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;

/**
 * Whatever is done to a file, it is read or refused with one sentence, soon and with little memory.
 * A longer search: {@code ./sot test -pl zoo -am -Dtest=FuzzTest -Dfuzz.rounds=1000000
 * -Dfuzz.seed=7}.
 */
class FuzzTest {

  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1500);
  private static final long SEED = Long.getLong("fuzz.seed", 11);

  /** What is mutated. */
  enum Part {
    /** The file itself. */
    FILE,
    /** The pickle inside an archive that stays right. */
    PICKLE,
    /** The JSON of a header or an index. */
    JSON
  }

  private static final List<byte[]> PICKLE_WORDS =
      words(
          "(",
          ")",
          "]",
          "}",
          "t",
          "\u0085",
          "\u0086",
          "\u0087",
          "R",
          "Q",
          "b",
          "s",
          "u",
          "a",
          "e",
          "l",
          "d",
          "0",
          ".",
          "N",
          "h\1",
          "q\1",
          "j\1\0\0\0",
          "r\377\377\377\177",
          "\u0081",
          "\u0092",
          "\u0093",
          "\u0094",
          "\u008f",
          "\u0090",
          "\u0091",
          "K\0",
          "J\377\377\377\377",
          "J\377\377\377\177",
          "\u008a\10\377\377\377\377\377\377\377\177",
          "\u008a\11\0\0\0\0\0\0\0\0\1",
          "X\377\377\377\377",
          "\u008e\377\377\377\377\377\377\377\177",
          "ccollections\nOrderedDict\n",
          "ctorch\nLongStorage\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "ctorch._utils\n_rebuild_parameter\n",
          "ctorch._tensor\n_rebuild_from_type_v2\n",
          "cos\nsystem\n",
          "\0",
          "\377");

  private static final List<byte[]> JSON_WORDS =
      words(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "-",
          "0",
          "99999999999999",
          "null",
          "1e9",
          "F64",
          "U8",
          "[]",
          "[0,4611686018427387904]",
          "[[]]",
          "\"shape\"",
          "\0",
          "..",
          "/",
          "weight_map");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  @Timeout(36_000)
  void survivesMutations(Part part) throws IOException {
    List<byte[]> corpus = corpus(part);
    RandomGenerator random = CounterRandom.of(SEED, part.name());
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] original = corpus.get(random.nextInt(corpus.size()));
      byte[] mutated = original;
      for (int n = random.nextInt(4); n >= 0; n--) {
        mutated = mutate(mutated, corpus, part == Part.JSON ? JSON_WORDS : PICKLE_WORDS, random);
      }
      refused += isRefused(part, mutated, i) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
  }

  private List<byte[]> corpus(Part part) throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    for (String name : List.of("plain", "protocol5", "wrapped", "views", "types")) {
      byte[] file = TorchFiles.resource(name + ".pth");
      corpus.add(part == Part.FILE ? file : pickleIn(file));
    }
    switch (part) {
      case FILE -> {
        for (String name : List.of("plain", "wrapped", "views")) {
          corpus.add(TorchFiles.resource(name + "_legacy.pth"));
        }
        corpus.add(safetensors());
      }
      case PICKLE -> corpus.add(TorchFiles.latin(TorchFiles.PICKLE));
      case JSON -> {
        corpus.clear();
        corpus.add(safetensors());
        corpus.add(TorchFiles.latin("{\"weight_map\":{\"w\":\"1.safetensors\",\"v\":\"2.pth\"}}"));
      }
    }
    return corpus;
  }

  private byte[] safetensors() throws IOException {
    Path path = folder.resolve("1.safetensors");
    Safetensors.write(
        path,
        new LinkedHashMap<>(Map.of("w", Nd4j.createFromArray(1f, 2f, 3f), "n", Nd4j.scalar(7L))),
        Map.of("model", "linear"));
    return Files.readAllBytes(path);
  }

  private static byte[] pickleIn(byte[] archive) {
    return TorchFiles.unzip(archive).firstEntry().getValue();
  }

  private boolean isRefused(Part part, byte[] content, int round) throws IOException {
    byte[] file = content;
    if (part == Part.PICKLE) {
      SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("x/data.pkl", content);
      for (int i = 0; i < 12; i++) {
        entries.put("x/data/" + i, new byte[96]);
      }
      file = TorchFiles.zip(entries);
    }
    boolean index = content.length > 0 && content[0] == '{';
    Path path = folder.resolve(index ? "test.index.json" : "test.pth");
    Files.deleteIfExists(path); // ext4 flushes a file that is truncated and written again
    Files.write(path, file);
    try (TensorFile tensors = TensorFile.open(path)) {
      tensors.names().forEach(name -> tensors.read(name).close());
      return false;
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).doesNotContain("\n").startsWith(folder.toString());
      return true;
    } catch (RuntimeException | Error e) {
      Path kept =
          Files.copy(
              path,
              Files.createTempFile("fuzz", path.getFileName().toString()),
              StandardCopyOption.REPLACE_EXISTING);
      throw new AssertionError("round %d, file %s".formatted(round, kept), e);
    }
  }

  private static byte[] mutate(
      byte[] bytes, List<byte[]> corpus, List<byte[]> words, RandomGenerator random) {
    int at = random.nextInt(bytes.length);
    byte[] word = words.get(random.nextInt(words.size()));
    int length = 1 + random.nextInt(9);
    return switch (random.nextInt(7)) {
      case 0 -> splice(bytes, at, at + 1, new byte[] {(byte) random.nextInt()});
      case 1 -> splice(bytes, at, at + length, new byte[0]);
      case 2 -> splice(bytes, at, at, word);
      case 3 -> splice(bytes, at, at + word.length, word);
      case 4 -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int from = random.nextInt(other.length);
        byte[] part = Arrays.copyOfRange(other, from, Math.min(other.length, from + 64));
        yield splice(bytes, at, at, part);
      }
      case 5 -> {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
      default ->
          random.nextInt(4) == 0
              ? splice(bytes, at, bytes.length, new byte[] {0})
              : splice(bytes, at, at + length, new byte[length]);
    };
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] replacement) {
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    spliced.write(bytes, 0, from);
    spliced.writeBytes(replacement);
    int rest = Math.min(to, bytes.length);
    spliced.write(bytes, rest, bytes.length - rest);
    return spliced.size() == 0 ? new byte[1] : spliced.toByteArray();
  }

  private static List<byte[]> words(String... words) {
    return Stream.of(words).map(TorchFiles::latin).toList();
  }
}
