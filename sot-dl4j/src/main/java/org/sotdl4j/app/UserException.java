package org.sotdl4j.app;

/**
 * Work that failed for a reason that the user can mend: the message is one sentence that says what,
 * where and how to mend it, and it is all that the user sees (exit code 1). For a wrong option or
 * argument throw picocli's {@code ParameterException} instead (exit code 2).
 */
public final class UserException extends RuntimeException {

  /**
   * @param message one sentence
   */
  public UserException(String message) {
    super(message);
  }

  /**
   * @param message one sentence
   * @param cause shown with {@code --debug} only
   */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
