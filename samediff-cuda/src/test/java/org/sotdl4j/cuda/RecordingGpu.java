package org.sotdl4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A device that does nothing but note what it was to do. */
final class RecordingGpu implements Gpu {

  private final List<Step> steps = new ArrayList<>();
  private final List<Recording.Piece> uploads = new ArrayList<>();
  private final List<Long> downloads = new ArrayList<>();
  private long bytes;

  List<Step> steps() {
    return steps;
  }

  /** What was copied to it. */
  List<Recording.Piece> uploads() {
    return uploads;
  }

  /** From where results were copied, in the order of the program's outputs. */
  List<Long> downloads() {
    return downloads;
  }

  /** The bytes of the one piece of memory that it gave. */
  long bytes() {
    return bytes;
  }

  @Override
  public String name() {
    return "recording:0";
  }

  @Override
  public long freeBytes() {
    return Recording.BASE;
  }

  @Override
  public long allocate(long size) {
    bytes = size;
    return Recording.BASE;
  }

  @Override
  public void free(long address) {
    // Nothing is there.
  }

  @Override
  public void upload(MemorySegment from, long to) {
    uploads.add(new Recording.Piece(to, from.toArray(ValueLayout.JAVA_BYTE)));
  }

  @Override
  public void download(long from, MemorySegment to) {
    downloads.add(from);
    to.fill((byte) 0);
  }

  @Override
  public Runnable prepare(Step step, Arena keeps) {
    return () -> steps.add(step);
  }

  @Override
  public Runnable together(List<Runnable> steps, Arena keeps) {
    return () -> steps.forEach(Runnable::run);
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
