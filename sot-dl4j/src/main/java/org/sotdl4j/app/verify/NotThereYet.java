package org.sotdl4j.app.verify;

/** A case of a model or layer that this project does not have. */
final class NotThereYet extends RuntimeException {

  private static final long serialVersionUID = 1;

  NotThereYet(String what) {
    super(what + " is not there yet");
  }
}
