package org.sotdl4j.spark;

import org.apache.spark.SparkException;
import org.sotdl4j.app.UserException;

/** What the user reads where Spark gives up. */
final class SparkFailure {

  private SparkFailure() {}

  static RuntimeException of(Exception failure) {
    if (failure instanceof SparkException || failure instanceof IllegalStateException) {
      String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
      return new UserException("Spark gave up: " + first, failure);
    }
    return failure instanceof RuntimeException e
        ? e
        : new UserException("Spark gave up: " + failure, failure);
  }
}
