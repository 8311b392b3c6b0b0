package org.sotdl4j.app.serve;

/** A request that is not answered: the message says why, in one sentence. */
final class Refusal extends Exception {

  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int WRONG_METHOD = 405;
  static final int TOO_LARGE = 413;
  static final int NO_PICTURE = 415;
  static final int FAILED = 500;
  static final int BUSY = 503;

  private final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The status of HTTP. */
  int status() {
    return status;
  }
}
