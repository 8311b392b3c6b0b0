package org.sotdl4j.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What half precision rounded off the gradients of a share, to be added to those of its next step
 * (error feedback; Seide et al., 2014). It stays in the process that did the share; where that dies
 * or the share moves, whoever does it next repeats the steps that it came from. So that these are
 * few, it begins anew with each {@value #PERIOD} steps of an epoch.
 */
final class Residuals {

  /** Steps of which the remainders follow from each other. */
  static final int PERIOD = 4;

  private static final Map<String, Residual> KEPT = new HashMap<>();

  @SuppressWarnings("ArrayRecordComponent")
  private record Residual(long step, float[] before, float[] after) {}

  private Residuals() {}

  /**
   * What is left of the step before, if that is known here; a step that is done again gets the same
   * again.
   *
   * @param share the run and the number of the share
   */
  static synchronized Optional<float[]> before(String share, long step) {
    Residual kept = KEPT.get(share);
    if (kept == null) {
      return Optional.empty();
    }
    return kept.step == step
        ? Optional.of(kept.before)
        : Optional.of(kept.after).filter(_ -> kept.step == step - 1);
  }

  /** Keeps what a step leaves to the next. */
  static synchronized void keep(String share, long step, float[] before, float[] after) {
    KEPT.put(share, new Residual(step, before, after));
  }

  /** Forgets a run. */
  static synchronized void end(String run) {
    KEPT.keySet().removeIf(share -> share.startsWith(run));
  }
}
