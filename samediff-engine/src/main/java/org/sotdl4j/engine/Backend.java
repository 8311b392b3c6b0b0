package org.sotdl4j.engine;

/** A device beside the CPU on which compiled graphs run. */
public interface Backend extends AutoCloseable {

  /** What messages call it, such as {@code cuda:0}. */
  String name();

  /** The bytes of its memory that are free. */
  long freeBytes();

  /**
   * Makes a schedule ready to run.
   *
   * @throws UnsupportedOperationException if a task cannot run there; one sentence says which
   */
  Executable prepare(Schedule schedule);

  @Override
  void close();
}
