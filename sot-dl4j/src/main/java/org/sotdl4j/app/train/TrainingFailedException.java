package org.sotdl4j.app.train;

/** Training cannot go on; the message is one sentence for the user. */
public final class TrainingFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TrainingFailedException(String message) {
    super(message);
  }
}
