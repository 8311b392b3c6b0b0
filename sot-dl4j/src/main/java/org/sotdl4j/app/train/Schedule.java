package org.sotdl4j.app.train;

import java.util.List;

/** The learning rate of each epoch or update. timm's schedules, with its constants. */
public sealed interface Schedule permits TimeSchedule, Plateau, Noisy {

  /**
   * The learning rate.
   *
   * @param t epochs or updates that are done
   * @param scores what the epochs that are done reached in validation, more is better
   */
  double at(long t, List<Double> scores);

  /** Length of the training that the schedule is made for, in its own unit; without cooldown. */
  long length();
}
