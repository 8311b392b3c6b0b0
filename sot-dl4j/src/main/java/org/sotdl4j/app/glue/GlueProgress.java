package org.sotdl4j.app.glue;

import java.util.SequencedMap;

/** Is told how fine-tuning goes, on the trainer's thread. */
public interface GlueProgress {

  /** An epoch begins or goes on. */
  void epoch(int epoch, int epochs, int batches);

  /**
   * A step is done.
   *
   * @param batch steps of the epoch so far
   * @param loss mean of the epoch so far
   */
  void batch(int batch, double loss);

  /**
   * Texts of a set are answered, to validate or for GLUE's server.
   *
   * @param done how many so far
   */
  void answered(String set, int done, int texts);

  /**
   * An epoch and its validation are done.
   *
   * @param loss mean of the epoch
   * @param scores by the names of the sets and metrics
   * @param trained seconds of training alone
   * @param best whether it is the best so far
   */
  void epochDone(double loss, SequencedMap<String, Double> scores, double trained, boolean best);
}
