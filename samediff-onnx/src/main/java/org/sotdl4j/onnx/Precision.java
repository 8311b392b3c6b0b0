package org.sotdl4j.onnx;

/** What a model computes with. Inputs and outputs are as in the graph in any case. */
public enum Precision {
  /** What the graph computes with. */
  AS_IN_GRAPH,
  /**
   * Half precision in the weights and wherever it is harmless; sums over many values, powers and
   * the like stay in float, as PyTorch's autocast does it. A tensor with values beyond half's range
   * stays in float too.
   */
  FLOAT16
}
