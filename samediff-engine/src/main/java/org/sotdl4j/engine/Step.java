package org.sotdl4j.engine;

/**
 * One prepared piece of a {@link Plan}: arrays and settings are bound, running it takes nothing.
 */
@FunctionalInterface
interface Step extends AutoCloseable {
  void run();

  /** Frees what was prepared. */
  @Override
  default void close() {}
}
