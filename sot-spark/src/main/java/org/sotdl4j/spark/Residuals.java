package org.sotdl4j.spark;

import java.util.HashMap;
import java.util.Map;

/**
 * What half precision rounded off the gradients of a share, to be added to those of its next step
 * (error feedback; Seide et al., 2014). It stays in the process that did the share. Where that
 * dies, or the share moves, it is lost: a thousandth of one step's gradients at most.
 */
final class Residuals {

  private static final Map<String, Residual> KEPT = new HashMap<>();

  @SuppressWarnings("ArrayRecordComponent")
  private record Residual(long step, float[] before, float[] after) {}

  private Residuals() {}

  /**
   * Takes what is left of the step before; a step that is done again gets the same again.
   *
   * @param share the run and the number of the share
   * @param length of the gradients
   */
  static synchronized float[] before(String share, long step, int length) {
    Residual kept = KEPT.get(share);
    float[] left =
        kept == null || kept.before.length != length
            ? null
            : kept.step == step ? kept.before : kept.step == step - 1 ? kept.after : null;
    return left == null ? new float[length] : left;
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
