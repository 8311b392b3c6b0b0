package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, a version, facts
 * about the machine, the objects, the storages' keys; then each storage's length (8 bytes) and
 * values.
 */
final class TorchLegacy {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private final MappedFile file;
  private final Map<String, TorchStorage> storages = new HashMap<>();
  private long position;

  private TorchLegacy(MappedFile file) {
    this.file = file;
  }

  /**
   * Reads the objects and finds the model's tensors.
   *
   * @throws CheckpointException if the file is damaged, of another kind or not to be trusted
   */
  static Contents read(MappedFile file, boolean averages) {
    return new TorchLegacy(file).read(averages);
  }

  private Contents read(boolean averages) {
    if (!MAGIC.equals(unpickle())) {
      throw new CheckpointException(
          "%s is a Python pickle, but none that PyTorch saved; save the state_dict with PyTorch"
              .formatted(file.path()));
    }
    unpickle(); // the version, 1001 always
    if (unpickle() instanceof Map<?, ?> machine
        && Boolean.FALSE.equals(machine.get("little_endian"))) {
      throw new CheckpointException(
          "%s was saved on a big-endian machine; load and save it with PyTorch on another one"
              .formatted(file.path()));
    }
    Object root = unpickle();
    if (!(unpickle() instanceof List<?> keys)) {
      throw file.damaged("its storages have no list of keys");
    }
    Map<String, MemorySegment> values = new HashMap<>();
    for (Object key : keys) {
      TorchStorage storage = storages.get(key);
      if (storage == null) {
        throw file.damaged("a storage is of no tensor");
      }
      values.put(storage.key(), next(storage));
    }
    return TorchStateDict.find(
        file, "PyTorch (before 1.6)", root, averages, storage -> values.get(storage.key()));
  }

  private Object unpickle() {
    PickleInput pickle = new PickleInput(file.bytes().asSlice(position));
    Object value = TorchUnpickler.load(file, pickle, storages);
    position += pickle.position();
    return value;
  }

  private MemorySegment next(TorchStorage storage) {
    int width = storage.type().dataType().width();
    long left = file.size() - position - Long.BYTES;
    if (left < 0 || storage.length() < 0 || storage.length() > left / width) {
      throw file.damaged(
          "storage %s of %d values is cut off".formatted(storage.key(), storage.length()));
    }
    if (file.int64(position) != storage.length()) {
      throw file.damaged(
          "storage %s has %d values where %d were announced"
              .formatted(storage.key(), file.int64(position), storage.length()));
    }
    MemorySegment values = file.bytes().asSlice(position + Long.BYTES, storage.length() * width);
    position += Long.BYTES + values.byteSize();
    return values;
  }
}
