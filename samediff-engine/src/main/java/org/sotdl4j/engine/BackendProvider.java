package org.sotdl4j.engine;

/** Opens the devices of a kind; {@link Backends} finds it through the service loader. */
public interface BackendProvider {

  /** The kind's name on the command line, such as {@code cuda}. */
  String kind();

  /** The devices that are there, and what hinders their use. */
  Findings find();

  /**
   * Opens a device.
   *
   * @param index from 0
   * @throws IllegalArgumentException if it is not there or what it needs is missing; one sentence
   *     says what and how to mend it
   */
  Backend open(int index);
}
