package org.sotdl4j.app.train;

/**
 * A teacher's part in the loss of a model with two heads, of which the second learns from the
 * teacher (Touvron et al., "DeiT", 2021).
 *
 * @param type what the second head learns
 * @param teacher the teacher's checkpoint, or a run
 * @param teacherModel the teacher's name in the zoo; null if the checkpoint says it
 * @param alpha the share of the teacher in the loss
 * @param tau temperature of soft distillation
 */
public record Distillation(
    Type type, String teacher, String teacherModel, double alpha, double tau) {

  /** What the second head learns. */
  public enum Type {
    /** The teacher's probabilities. */
    SOFT,
    /** The teacher's most probable class. */
    HARD
  }
}
