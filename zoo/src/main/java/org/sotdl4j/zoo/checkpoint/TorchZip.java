package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.SequencedMap;

/**
 * What {@code torch.save} writes since PyTorch 1.6: a zip archive of a folder with {@code data.pkl}
 * (the objects; tensors name their storages) and {@code data/KEY} (the storages' values).
 */
final class TorchZip {

  private static final String PICKLE = "data.pkl";

  /** The constants of a program, which only TorchScript saves. */
  private static final String SCRIPT = "constants.pkl";

  private TorchZip() {}

  /**
   * Reads the objects and finds the model's tensors.
   *
   * @throws CheckpointException if the file is damaged, of another kind or not to be trusted
   */
  static Contents read(MappedFile file, boolean averages) {
    SequencedMap<String, MemorySegment> entries = ZipDirectory.entries(file);
    String folder =
        entries.keySet().stream()
            .filter(name -> name.endsWith("/" + PICKLE))
            .findFirst()
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .orElseThrow(() ->
                new CheckpointException(
                    "%s is a zip archive without %s, so PyTorch did not save it; unpack it first"
                        .formatted(file.path(), PICKLE)));
    if (entries.containsKey(folder + SCRIPT)) {
      throw new CheckpointException(
          "%s is a TorchScript archive, a program with its weights; load it with torch.jit.load and save its state_dict() with torch.save"
              .formatted(file.path()));
    }
    MemorySegment order = entries.get(folder + "byteorder");
    if (order != null && !isLittle(order)) {
      throw new CheckpointException(
          "%s was saved on a big-endian machine; load and save it with PyTorch on another one"
              .formatted(file.path()));
    }
    Object root =
        TorchUnpickler.load(file, new PickleInput(entries.get(folder + PICKLE)), new HashMap<>());
    return TorchStateDict.find(
        file,
        "PyTorch (zip)",
        root,
        averages,
        storage -> entries.get(folder + "data/" + storage.key()));
  }

  private static boolean isLittle(MemorySegment order) {
    byte[] little = "little".getBytes(StandardCharsets.US_ASCII);
    return order
            .asSlice(0, Math.min(order.byteSize(), little.length))
            .mismatch(MemorySegment.ofArray(little))
        == -1;
  }
}
