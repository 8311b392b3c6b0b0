package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.sotdl4j.app.train.StepSum;

/**
 * What came of a share.
 *
 * @param values sums of gradients, or model and then optimizer, see {@link Flat}; empty where there
 *     was no pass
 * @param statistics the running statistics that passes left, where the values are gradients
 * @param sum what the passes say
 * @param norms the norms of the gradients of a worker's own steps, each times its pictures, summed
 * @param gradients the names of the gradients among the values
 * @param optimizer the shapes of the optimizer's arrays among the values
 * @param broken pictures that could not be read so far, each with the reason
 * @param seconds that the passes took, and the worker's own steps
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(
    byte[] values,
    byte[] statistics,
    StepSum sum,
    double norms,
    List<String> gradients,
    List<Shape> optimizer,
    Map<String, String> broken,
    double seconds)
    implements Serializable {

  /** The same without the values. */
  Answer beside() {
    return new Answer(NONE, statistics, sum, norms, gradients, optimizer, broken, seconds);
  }

  static final byte[] NONE = {};
}
