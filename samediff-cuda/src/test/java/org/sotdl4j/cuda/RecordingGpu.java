package org.sotdl4j.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A device that does nothing but note what it was to do. */
final class RecordingGpu implements Gpu {

  /** Where its memory would begin. */
  static final long BASE = 0x10000;

  private final List<Step> steps = new ArrayList<>();

  List<Step> steps() {
    return steps;
  }

  @Override
  public String name() {
    return "recording:0";
  }

  @Override
  public long freeBytes() {
    return 1L << 40;
  }

  @Override
  public long allocate(long bytes) {
    return BASE;
  }

  @Override
  public void free(long address) {
    // Nothing is there.
  }

  @Override
  public void upload(MemorySegment from, long to) {
    // Nothing is there.
  }

  @Override
  public void download(long from, MemorySegment to) {
    to.fill((byte) 0);
  }

  @Override
  public Runnable prepare(Step step) {
    return () -> steps.add(step);
  }

  @Override
  public void synchronize() {
    // Nothing runs.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
