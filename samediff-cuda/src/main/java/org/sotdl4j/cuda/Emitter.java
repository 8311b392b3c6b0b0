package org.sotdl4j.cuda;

import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.cuda.Launch.Blocks;

/** Takes the steps of one task after the other. */
final class Emitter {

  /** What a step's own memory begins at a multiple of. */
  static final long ALIGNMENT = 256;

  private final long scratch;
  private final List<Step> steps = new ArrayList<>();
  private long used;
  private long most;

  /**
   * @param scratch the address of memory for the time of a task; see {@link #scratchBytes}
   */
  Emitter(long scratch) {
    this.scratch = scratch;
  }

  /** Begins a task: the memory of the one before is free again. */
  void nextTask() {
    used = 0;
  }

  void add(Step step) {
    steps.add(step);
  }

  /** Adds a launch of a kernel. */
  void launch(String kernel, Blocks blocks, int threads, Argument... arguments) {
    add(new Launch(kernel, blocks, threads, List.of(arguments)));
  }

  /** Memory for floats until the task is done. */
  Buffer scratch(long... shape) {
    Buffer buffer = Buffer.floats(scratch + used, shape);
    used += aligned(buffer.length() * Float.BYTES);
    most = Math.max(most, used);
    return buffer;
  }

  static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  List<Step> steps() {
    return steps;
  }

  /** The most memory that a task took for itself. */
  long scratchBytes() {
    return most;
  }

  static Argument address(Buffer buffer) {
    return new Argument.Address(buffer == null ? 0 : buffer.address());
  }

  static Argument value(int value) {
    return new Argument.Int32(value);
  }

  static Argument value(long value) {
    return new Argument.Int64(value);
  }

  static Argument value(float value) {
    return new Argument.Float32(value);
  }
}
