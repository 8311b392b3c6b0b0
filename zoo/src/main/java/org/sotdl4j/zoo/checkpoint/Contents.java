package org.sotdl4j.zoo.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a reader found in a file.
 *
 * @param format the file's format, for messages
 * @param metadata free texts
 * @param tensors the model's, by name, in the file's order
 * @param wrapper the keys under which they lay, as {@code model}, from the outside to the inside
 * @param ignored the keys beside them, as {@code optimizer}
 */
record Contents(
    String format,
    Map<String, String> metadata,
    SequencedMap<String, StoredTensor> tensors,
    List<String> wrapper,
    List<String> ignored) {

  /** Of a file that holds nothing but named tensors. */
  static Contents plain(
      String format, Map<String, String> metadata, SequencedMap<String, StoredTensor> tensors) {
    return new Contents(format, metadata, tensors, List.of(), List.of());
  }
}
