package org.sotdl4j.spark;

import java.io.Serializable;

/**
 * A piece of a worker's values on its way to where the same pieces of all workers are summed.
 *
 * @param worker its number
 * @param values a range of {@link Answer#values}
 * @param report what the worker says beside; null in all pieces but the first
 */
record Part(int worker, Packed values, Report report) implements Serializable {

  /**
   * What a worker says beside the values.
   *
   * @param place where Spark should send the same share next time
   * @param answer without the values; null where the worker gave up
   * @param failure why it gave up, where trying again would not help: a sentence; null otherwise
   */
  record Report(String place, Answer answer, String failure) implements Serializable {}
}
