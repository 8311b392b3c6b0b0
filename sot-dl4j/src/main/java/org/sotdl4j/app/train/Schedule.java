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

  /**
   * A linear rise from 0 and a linear fall to 0, by updates: the schedule with which BERT is
   * fine-tuned.
   *
   * @param rate the highest learning rate
   * @param rise updates of the rise
   * @param updates in all
   */
  static Schedule linear(double rate, long rise, long updates) {
    Cycles fall = new Cycles(Math.max(updates - rise, 1), 1, 1, 1);
    return new Poly(rate, 0, 1, fall, 1, new WarmUp(0, rise, true));
  }

  /** Length of the training that the schedule is made for, in its own unit; without cooldown. */
  long length();
}
