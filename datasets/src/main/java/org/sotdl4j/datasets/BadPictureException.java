package org.sotdl4j.datasets;

/** One picture cannot be used: it is missing, truncated or no picture at all. */
public final class BadPictureException extends DatasetException {

  private final String picture;
  private final String reason;

  /**
   * Says what is wrong with which picture.
   *
   * @param picture the name of the file
   * @param reason what is wrong with it, a phrase such as {@code the file is empty}
   */
  public BadPictureException(String picture, String reason) {
    super("Cannot use the picture " + picture + ": " + reason);
    this.picture = picture;
    this.reason = reason;
  }

  /** The name of the file. */
  public String picture() {
    return picture;
  }

  /** What is wrong with it. */
  public String reason() {
    return reason;
  }
}
