package org.sotdl4j.app.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The arrays that an optimizer keeps from step to step, zero at first, and the number of steps. */
final class OptimizerState {

  private static final String STEP = "step";

  private final SequencedMap<String, INDArray> arrays = new LinkedHashMap<>();

  OptimizerState() {
    arrays.put(STEP, Nd4j.scalar(DataType.INT64, 0));
  }

  void nextStep() {
    arrays.get(STEP).addi(1);
  }

  /** Steps so far, the current one included. */
  long step() {
    return arrays.get(STEP).getLong(0);
  }

  INDArray get(String kind, String name, INDArray like) {
    return arrays.computeIfAbsent(
        kind + "." + name, key -> Nd4j.create(like.dataType(), like.shape()));
  }

  SequencedMap<String, INDArray> arrays() {
    return arrays;
  }

  void restore(SequencedMap<String, INDArray> saved) {
    saved.forEach((name, array) -> arrays.put(name, array.dup()));
  }
}
