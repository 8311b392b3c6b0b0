package org.sotdl4j.engine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** Something that a plan computes: an op of the graph, or several ops as one. */
interface Operation extends Computation {

  /** Prepares for inputs at these addresses. */
  Binding bind(List<INDArray> in);

  /**
   * Writes what computes the gradients.
   *
   * @param node this operation in the graph
   * @param upstream names of the gradients by its outputs; null where the loss does not depend on
   *     one
   * @return names of the gradients by its inputs; null where there is none. May be shorter than the
   *     inputs.
   * @throws UnsupportedOperationException if this is itself part of a gradient
   */
  default List<String> gradients(Node node, List<String> upstream, Tape tape) {
    throw new UnsupportedOperationException(name() + " is a gradient, and is not differentiated");
  }

  /** Whether computing the first output again costs less than the memory to keep it. */
  default boolean isCheap() {
    return false;
  }

  /**
   * The additions and multiplications of its products of matrices; 0 where it has none, so that
   * memory limits it.
   */
  default long work(List<INDArray> in, List<INDArray> out) {
    return 0;
  }

  /** Whether the outputs depend on the inputs' shapes only. */
  default boolean isOfShape() {
    return false;
  }

  /** An operation with its inputs. */
  interface Binding {

    /** The outputs' types and shapes. */
    List<LongShapeDescriptor> outputs();

    /** What fills the outputs. */
    Step step(List<INDArray> out);

    /** Whether the only output is the first input in another shape, so that nothing runs. */
    default boolean isView() {
      return false;
    }

    /** Frees what was prepared, where no step comes of it. */
    default void discard() {}

    /**
     * Whether the first output may lie where an input lies that nobody needs afterwards: each value
     * depends on the input's value at the same place only.
     */
    default boolean isInPlace(int input) {
      return false;
    }
  }
}
