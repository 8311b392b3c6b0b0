package org.sotdl4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device with memory of its own that runs steps in the order in which they are given to it. One
 * thread at a time uses it.
 */
interface Gpu extends AutoCloseable {

  /** What messages call it. */
  String name();

  /** The bytes of its memory that are free. */
  long freeBytes();

  /**
   * Memory with arbitrary contents.
   *
   * @return its address on the device, a multiple of 256; 0 if there is not so much
   */
  long allocate(long bytes);

  /** Gives memory back. */
  void free(long address);

  /** Copies from the CPU's memory; what lies there may change afterwards. */
  void upload(MemorySegment from, long to);

  /** Copies to the CPU's memory when all steps before are done. */
  void download(long from, MemorySegment to);

  /**
   * A step made ready to run many times.
   *
   * @param keeps lives as long as the step
   */
  Runnable prepare(Step step, Arena keeps);

  /**
   * Steps that are started as one, where the device can do so faster.
   *
   * @param steps that {@link #prepare} made
   * @param keeps lives as long as they
   */
  Runnable together(List<Runnable> steps, Arena keeps);

  /** Waits until all steps are done. */
  void synchronize();

  @Override
  void close();
}
