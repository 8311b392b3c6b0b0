package org.sotdl4j.zoo.checkpoint;

/** A checkpoint that cannot be read or does not fit; the message names the file. */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  public CheckpointException(String message) {
    super(message);
  }
}
