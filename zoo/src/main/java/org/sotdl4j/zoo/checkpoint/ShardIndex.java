package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The index of a checkpoint that is spread over several files, as {@code
 * model.safetensors.index.json}: a JSON object whose {@code weight_map} says in which file each
 * tensor lies.
 */
final class ShardIndex {

  private static final long MAX_SIZE = 100_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ShardIndex() {}

  /**
   * Reads the index and opens the files that it names, which lie beside it.
   *
   * @throws CheckpointException if the index or a file is damaged, or a file is elsewhere
   */
  static Contents read(MappedFile file, Arena arena, boolean averages) {
    Map<String, Contents> shards = new LinkedHashMap<>();
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    weightMap(file)
        .forEach((name, shard) -> {
          StoredTensor tensor =
              shards
                  .computeIfAbsent(shard, s -> TensorFile.read(beside(file, s), arena, averages))
                  .tensors()
                  .get(name);
          if (tensor == null) {
            throw file.damaged("its part %s has no tensor %s".formatted(shard, name));
          }
          tensors.put(name, tensor);
        });
    return Contents.plain("%d files".formatted(shards.size()), Map.of(), tensors);
  }

  private static Map<String, String> weightMap(MappedFile file) {
    if (file.size() > MAX_SIZE) {
      throw file.damaged("an index has no %d bytes".formatted(file.size()));
    }
    try {
      JsonNode index = JSON.readTree(file.bytes().toArray(ValueLayout.JAVA_BYTE));
      return JSON.treeToValue(
          index.required("weight_map"), new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (JacksonException e) {
      throw file.damaged("it is no index (%s)".formatted(MappedFile.reason(e)), e);
    }
  }

  private static Path beside(MappedFile file, String shard) {
    if (shard == null || !shard.matches("[\\w.+-]+") || shard.startsWith(".")) {
      throw new CheckpointException(
          "%s is refused: it names the file %s, which is not beside it"
              .formatted(file.path(), MappedFile.printable(String.valueOf(shard))));
    }
    if (shard.endsWith(TensorFile.INDEX)) {
      throw file.damaged("it names another index");
    }
    return file.path().resolveSibling(shard);
  }
}
