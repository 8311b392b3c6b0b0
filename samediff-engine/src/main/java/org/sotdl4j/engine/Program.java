package org.sotdl4j.engine;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A SameDiff graph made ready to run many times. Not for use by several threads at once. */
public interface Program extends AutoCloseable {

  /**
   * Runs the graph once.
   *
   * @param placeholders the inputs, by name
   * @return the outputs by name; a training program also returns the gradient of each variable
   *     under {@link #gradient(String)}. The arrays belong to the program and hold until its next
   *     run.
   * @throws IllegalArgumentException if a placeholder that is needed is missing or has the wrong
   *     type or shape, or if the graph has none of a name
   */
  Map<String, INDArray> run(Map<String, INDArray> placeholders);

  /**
   * Runs the graph on the last inputs once more and measures each step.
   *
   * @return the steps in their order; none where the engine cannot tell
   */
  default List<StepTime> profile() {
    return List.of();
  }

  /** Frees what the program holds; the graph's own parameters stay. */
  @Override
  void close();

  /** The name under which a training program returns the gradient of the loss by a variable. */
  static String gradient(String variable) {
    return variable + "-grad";
  }
}
