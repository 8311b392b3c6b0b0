package org.sotdl4j.zoo;

/** A name that no model of the zoo has, or none for what it is to read. */
public final class UnknownModelException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnknownModelException(String message) {
    super(message);
  }

  UnknownModelException(String name, String nearest) {
    this(
        "There is no model named %s; did you mean %s? './sot list' shows all."
            .formatted(name, nearest));
  }
}
