package org.sotdl4j.engine;

/** There is not enough memory outside the heap; the message says how much is needed and free. */
public final class NotEnoughMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  NotEnoughMemoryException(String message) {
    super(message);
  }
}
