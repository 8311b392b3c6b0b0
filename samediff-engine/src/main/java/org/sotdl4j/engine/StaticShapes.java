package org.sotdl4j.engine;

import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is known of a graph's variables before it runs: the shapes, asked of the ops' own shape
 * functions, and the memory for all of them. Nothing is computed but what depends on shapes alone.
 * Where a shape depends on values, it is unknown.
 */
final class StaticShapes {

  private final Memory memory = Memory.imagined();
  private final Plan plan;

  StaticShapes(Graph graph, Map<String, INDArray> inputs) {
    plan = new Plan(graph, inputs, Liveness.of(graph), memory);
  }

  /** Whether all shapes are known. */
  boolean areComplete() {
    return plan.isComplete();
  }

  /** The shape of a variable, or null where it is unknown or the variable is a parameter. */
  long[] of(String name) {
    INDArray array = memory.get(name);
    return array == null ? null : array.shape();
  }

  /** The type of a variable, or null where it is unknown or the variable is a parameter. */
  DataType type(String name) {
    INDArray array = memory.get(name);
    return array == null ? null : array.dataType();
  }

  /**
   * What a plan would do, if all shapes are known.
   *
   * @param changing whether the caller may change parameters and constants between runs
   */
  Schedule schedule(boolean changing) {
    return plan.schedule(changing);
  }

  /** The bytes that a plan takes for its arrays. */
  long bytes() {
    return memory.bytes();
  }
}
