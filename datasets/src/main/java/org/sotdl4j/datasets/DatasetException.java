package org.sotdl4j.datasets;

/**
 * The data cannot be used; the message says in one sentence what is wrong, where, and what helps.
 */
public class DatasetException extends RuntimeException {

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
