package org.sotdl4j.app.train;

import java.util.List;

/** A schedule that time alone decides. */
public sealed interface TimeSchedule extends Schedule permits CyclicSchedule, MultiStep, StepDecay {

  /** How it begins. */
  WarmUp warmUp();

  /**
   * The learning rate without warm-up.
   *
   * @param t epochs or updates since the beginning, or since the end of a warm-up that goes before
   */
  double decayed(long t);

  /** The rate that the warm-up leads to. */
  double warm();

  @Override
  default double at(long t, List<Double> scores) {
    WarmUp warmUp = warmUp();
    return t < warmUp.length() ? warmUp.at(t, warm()) : decayed(t - warmUp.before());
  }
}
