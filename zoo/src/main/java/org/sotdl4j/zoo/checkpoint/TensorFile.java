package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A file of named tensors, open for reading: {@link Safetensors}, several of them with their index,
 * what PyTorch's {@code torch.save} wrote, or a graph that SameDiff saved. It is mapped, so only
 * tensors that are read take memory, off the heap.
 */
public final class TensorFile implements AutoCloseable {

  /**
   * What wrappers of a model put before all of its names: DataParallel, torch.compile, Lightning.
   */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.", "model.");

  static final String INDEX = ".index.json";

  private final Path path;
  private final Arena arena;
  private final Contents contents;
  private final String prefix;
  private final SequencedMap<String, StoredTensor> tensors;

  private TensorFile(Path path, Arena arena, Contents contents) {
    this.path = path;
    this.arena = arena;
    this.contents = contents;
    this.prefix = commonPrefix(contents.tensors().keySet());
    this.tensors = new LinkedHashMap<>();
    contents.tensors().forEach((name, t) -> tensors.put(name.substring(prefix.length()), t));
  }

  /** Opens a file; of PyTorch's files that hold both, averaged weights before the last ones. */
  public static TensorFile open(Path path) {
    return open(path, true);
  }

  /**
   * Opens a file of any known format, or the index of several, and checks the structure. A name's
   * prefix that all tensors share, as {@code module.}, is left out.
   *
   * @param averages whether averaged weights come before the last ones in a file of PyTorch that
   *     holds both
   * @throws CheckpointException if it cannot be read, is damaged or of another format
   */
  public static TensorFile open(Path path, boolean averages) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      Contents contents = read(path, arena, averages);
      for (String name : contents.tensors().keySet()) {
        if (!name.equals(MappedFile.printable(name))) {
          throw new CheckpointException(
              "%s has a tensor whose name no text can hold: %s"
                  .formatted(path, MappedFile.printable(name)));
        }
      }
      TensorFile file = new TensorFile(path, arena, contents);
      opened = true;
      return file;
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** Tensors that another reader found. */
  static TensorFile of(Path path, Contents contents) {
    return new TensorFile(path, Arena.ofShared(), contents);
  }

  /** Reads a file by what it begins with: names lie, as in {@code weights.pth.tar}. */
  static Contents read(Path path, Arena arena, boolean averages) {
    MappedFile file = MappedFile.map(path, arena);
    String start = file.text(0, 64).strip();
    if (Safetensors.recognises(file)) {
      return Safetensors.read(file);
    } else if (start.startsWith("PK\3\4")) {
      return TorchZip.read(file, averages);
    } else if (start.startsWith("\u0080")) {
      return TorchLegacy.read(file, averages);
    } else if (path.toString().endsWith(INDEX)) {
      return ShardIndex.read(file, arena, averages);
    } else if (path.toString().endsWith(SameDiffGraphFile.ENDING)) {
      return SameDiffGraphFile.read(file, arena);
    }
    String other = otherKind(file, start);
    if (other != null) {
      throw new CheckpointException("%s is no checkpoint: %s".formatted(path, other));
    }
    if (!path.toString().endsWith(".safetensors")) {
      throw new CheckpointException(
          "%s, of %d bytes, is no checkpoint: it begins neither like a safetensors file nor like one that torch.save wrote"
              .formatted(path, file.size()));
    }
    return Safetensors.read(file); // it says what is wrong
  }

  private static String otherKind(MappedFile file, String start) {
    if (start.startsWith("<")) {
      return "it looks like a web page; download the file itself";
    } else if (start.startsWith("version https://git-lfs")) {
      return "it looks like a Git LFS pointer; fetch the file itself with 'git lfs pull'";
    } else if (file.text(0, 2).equals("\u001f\u008b")) {
      return "it is compressed by gzip; unpack it first";
    } else if (file.text(257, 5).equals("ustar")) {
      return "it is a tar archive; PyTorch wrote such before 0.1.10 (2017), load and save it with a"
          + " newer PyTorch";
    }
    return null;
  }

  private static String commonPrefix(Set<String> names) {
    StringBuilder common = new StringBuilder();
    boolean longer = !names.isEmpty();
    while (longer) {
      longer = false;
      for (String prefix : PREFIXES) {
        if (names.stream().allMatch(name -> name.startsWith(common + prefix))) {
          common.append(prefix);
          longer = true;
        }
      }
    }
    return common.toString();
  }

  public Path path() {
    return path;
  }

  /** The file's format, in words. */
  public String format() {
    return contents.format();
  }

  /** The keys under which the tensors lay, as {@code model}, from the outside to the inside. */
  public List<String> wrapper() {
    return contents.wrapper();
  }

  /** The keys beside the tensors that were left alone, as {@code optimizer}. */
  public List<String> ignored() {
    return contents.ignored();
  }

  /** What was left out before each name, as {@code module.}, or nothing. */
  public String prefix() {
    return prefix;
  }

  /** Free texts about the file. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(contents.metadata());
  }

  /** The tensors' names in the file's order. */
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(tensors.sequencedKeySet());
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** A tensor's shape, empty for a scalar. */
  public long[] shape(String name) {
    return tensor(name).dimensions();
  }

  /** The type of a tensor's elements in the file. */
  public DataType storedType(String name) {
    return tensor(name).type().dataType();
  }

  /** The type that {@link #read} gives: half precision becomes FLOAT. */
  public DataType dataType(String name) {
    return tensor(name).type().readType();
  }

  /**
   * A copy of a tensor, row-major.
   *
   * @throws CheckpointException if the file has none of that name
   */
  public INDArray read(String name) {
    INDArray array = tensor(name).read();
    DataType type = dataType(name);
    if (array.dataType() == type) {
      return array;
    }
    try (array) {
      return array.castTo(type);
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
    return Arrays.equals(shape(name), target.shape()) && sameKind(name, target);
  }

  /** Whether both hold floating numbers or both do not. */
  boolean sameKind(String name, INDArray target) {
    return dataType(name).isFPType() == target.dataType().isFPType();
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

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException("%s has no tensor named %s".formatted(path, name));
    }
    return tensor;
  }

  /** Releases the mapping; arrays that were read stay valid. */
  @Override
  public void close() {
    arena.close();
  }
}
