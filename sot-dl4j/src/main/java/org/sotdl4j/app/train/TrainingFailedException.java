package org.sotdl4j.app.train;

import java.nio.file.Path;
import java.util.Optional;

/** Training cannot go on; the message is one sentence for the user. */
public final class TrainingFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TrainingFailedException(String message) {
    super(message);
  }

  /**
   * Something is not a number any more.
   *
   * @param what is what, and when
   * @param epoch counted from 1
   * @param where it began, if that is known
   * @param last the checkpoint before
   */
  public static TrainingFailedException notFinite(
      String what, int epoch, Optional<String> where, Path last) {
    return new TrainingFailedException(
        "The %s (epoch %d%s): try a lower --lr or --clip-grad 1; the last good checkpoint is %s."
            .formatted(what, epoch, where.map(place -> "; " + place).orElse(""), last));
  }
}
