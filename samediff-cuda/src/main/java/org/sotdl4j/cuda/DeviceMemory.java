package org.sotdl4j.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.engine.Place;
import org.sotdl4j.engine.Schedule;

/** A schedule's memory on the device, in one piece: blocks, values, and scratch memory. */
final class DeviceMemory implements AutoCloseable {

  private final Gpu gpu;
  private final long base;
  private final List<Long> blocks = new ArrayList<>();
  private final Map<Place.Value, Long> values = new HashMap<>();
  private final long scratch;

  /**
   * @throws NotEnoughMemoryException if the device has not so much
   */
  DeviceMemory(Gpu gpu, Schedule schedule, long scratchBytes) {
    this.gpu = gpu;
    long size = 0;
    for (long bytes : schedule.blocks()) {
      blocks.add(size);
      size += Emitter.aligned(bytes);
    }
    for (Place.Value value : schedule.values()) {
      values.put(value, size);
      size += Emitter.aligned(value.bytes());
    }
    scratch = size;
    size += Emitter.aligned(scratchBytes);
    base = gpu.allocate(Math.max(size, Emitter.ALIGNMENT));
    if (base == 0) {
      throw new NotEnoughMemoryException(
          "A plan needs %.2f GiB on %s, where %.2f GiB are free"
              .formatted(size / 0x1p30, gpu.name(), gpu.freeBytes() / 0x1p30));
    }
  }

  Buffer buffer(Place place) {
    long offset =
        switch (place) {
          case Place.Block block -> blocks.get(block.index());
          case Place.Value value -> values.get(value);
        };
    return new Buffer(base + offset, place.type(), place.shape());
  }

  long scratch() {
    return base + scratch;
  }

  @Override
  public void close() {
    gpu.free(base);
  }
}
