package org.sotdl4j.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@link Plan} would do for inputs of some shapes, for a backend that has memory of its own:
 * the same graph after the same passes, in the same order, with the same reuse of memory. Reshapes
 * are no tasks, and what follows from shapes alone is a value.
 *
 * @param blocks the bytes of each block of memory
 * @param tasks in the order in which they run
 * @param inputs the placeholders by name
 * @param outputs the variables to return, by the names under which to return them
 */
public record Schedule(
    List<Long> blocks,
    List<Task> tasks,
    Map<String, Place.Block> inputs,
    Map<String, Place> outputs) {

  /** The parameters, constants and other values that the tasks read or that are returned. */
  public Set<Place.Value> values() {
    return Stream.concat(
            tasks.stream().flatMap(task -> task.in().stream()), outputs.values().stream())
        .flatMap(place -> place instanceof Place.Value value ? Stream.of(value) : Stream.empty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The bytes of all blocks and values. */
  long bytes() {
    return blocks.stream().mapToLong(Long::longValue).sum()
        + values().stream().mapToLong(Place::bytes).sum();
  }
}
