package org.sotdl4j.engine;

/**
 * There is not enough memory outside the heap or on a device; the message says how much is needed
 * and free.
 */
public final class NotEnoughMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param message how much is needed, and where
   */
  public NotEnoughMemoryException(String message) {
    super(message);
  }
}
