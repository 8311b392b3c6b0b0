package org.sotdl4j.spark;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.apache.spark.scheduler.BarrierJobSlotsNumberCheckFailed;
import org.sotdl4j.app.UserException;

/** What the user reads where Spark gives up. */
final class SparkFailure {

  /** The failure of a task, in the middle of Spark's message. */
  private static final Pattern CAUSE =
      Pattern.compile("(?m)^(?:[\\w$]+\\.)+\\w+(?:Exception|Error)\\b.*");

  private SparkFailure() {}

  static RuntimeException of(Exception failure) {
    if (failure instanceof RuntimeException e && !(e instanceof IllegalStateException)) {
      return e;
    }
    if (failure instanceof BarrierJobSlotsNumberCheckFailed few) {
      return new UserException(
          "The cluster has room for %d tasks at a time, too few for %d workers: lower --spark-workers, or set spark.cores.max, spark.executor.cores or spark.task.cpus so that they fit."
              .formatted(few.maxConcurrentTasks(), few.requiredConcurrentTasks()),
          failure);
    }
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof IOException) { // of a file system, here
      return new UserException(message, failure);
    }
    Matcher cause = CAUSE.matcher(message);
    return new UserException(
        "Spark gave up: "
            + (failure instanceof SparkException && cause.find()
                ? cause.group()
                : message.lines().findFirst().orElse("")),
        failure);
  }
}
