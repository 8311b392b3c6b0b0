package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/** Finds a model's state among all that a training script saved in one file. */
final class TorchStateDict {

  /** The keys under which scripts save averaged weights. */
  private static final List<String> AVERAGES = List.of("state_dict_ema", "model_ema");

  /** The keys under which scripts save a model. */
  private static final List<String> MODELS =
      List.of("state_dict", "model_state_dict", "model", "module");

  private static final int MAX_DEPTH = 4;

  /** How many keys a message names. */
  private static final int SOME = 20;

  private TorchStateDict() {}

  /**
   * The tensors of a model by name.
   *
   * @param root what was unpickled
   * @param averages whether averaged weights come before the last ones, as timm takes them
   * @param bytes gives a storage's bytes, or null
   * @throws CheckpointException if there are none, or one does not lie in its storage
   */
  static Contents find(
      MappedFile file,
      String format,
      Object root,
      boolean averages,
      Function<TorchStorage, MemorySegment> bytes) {
    List<String> keys = new ArrayList<>(averages ? AVERAGES : MODELS);
    keys.addAll(averages ? MODELS : AVERAGES);
    List<String> wrapper = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    Object state = root;
    for (String key = wrapper(state, keys); key != null; key = wrapper(state, keys)) {
      Map<?, ?> outer = (Map<?, ?>) state;
      for (Object other : outer.keySet()) {
        if (!key.equals(other)) {
          ignored.add(path(wrapper, other));
        }
      }
      wrapper.add(key);
      state = outer.get(key);
      if (wrapper.size() > MAX_DEPTH) {
        throw file.damaged("its state_dict lies in itself");
      }
    }
    if (!(state instanceof Map<?, ?> named)) {
      throw new CheckpointException(
          "%s holds no state_dict, that is, no tensors by name".formatted(file.path()));
    }
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    named.forEach((name, value) -> {
      if (name instanceof String text && value instanceof TorchTensor tensor) {
        MemorySegment storage = bytes.apply(tensor.storage());
        if (storage == null) {
          throw file.damaged("the storage of tensor %s is missing".formatted(text));
        }
        tensors.put(text, tensor.in(storage, file, text));
      } else {
        ignored.add(path(wrapper, name));
      }
    });
    if (tensors.isEmpty()) {
      throw new CheckpointException(
          "%s holds no tensors by name under any of the keys %s; it has %s"
              .formatted(
                  file.path(),
                  keys,
                  ignored.size() <= SOME ? ignored : "%d others".formatted(ignored.size())));
    }
    return new Contents(format, Map.of(), tensors, wrapper, ignored);
  }

  private static String wrapper(Object state, List<String> keys) {
    if (state instanceof Map<?, ?> map) {
      for (String key : keys) {
        if (map.get(key) instanceof Map) {
          return key;
        }
      }
    }
    return null;
  }

  private static String path(List<String> wrapper, Object key) {
    String last = key instanceof String text ? MappedFile.printable(text) : "a key that is no text";
    return wrapper.isEmpty() ? last : String.join(".", wrapper) + "." + last;
  }
}
