package org.sotdl4j.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @throws IllegalArgumentException if a placeholder that is needed is missing, has the wrong type
   *     or shape or a NaN, or if the graph has none of a name
   * @throws OperationException if an op does not take its arguments or fails
   * @throws NotEnoughMemoryException if the arrays would not fit into memory; the message names a
   *     batch that does
   */
  Map<String, INDArray> run(Map<String, INDArray> placeholders);

  /**
   * Makes sure that there is memory for a batch, where that is the only length that the inputs
   * leave open and the engine can tell.
   *
   * @throws NotEnoughMemoryException if there is not
   */
  default void requireMemory(long batch) {}

  /**
   * Runs the graph on the last inputs once more and measures each step.
   *
   * @return the steps in their order; none where the engine cannot tell
   */
  default List<StepTime> profile() {
    return List.of();
  }

  /**
   * Runs the graph on the last inputs once more to find where its numbers end.
   *
   * @return which parameter has a NaN or which op first makes NaN or infinity of numbers, as part
   *     of a sentence; empty if none does or the engine cannot tell
   */
  default Optional<String> firstNotFinite() {
    return Optional.empty();
  }

  /** Frees what the program holds; the graph's own parameters stay. */
  @Override
  void close();

  /** The name under which a training program returns the gradient of the loss by a variable. */
  static String gradient(String variable) {
    return variable + "-grad";
  }
}
