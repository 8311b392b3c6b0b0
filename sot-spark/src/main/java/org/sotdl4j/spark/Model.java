package org.sotdl4j.spark;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;

/** The arrays of a model that travel, in the same order in every process. */
final class Model {

  private Model() {}

  /** All. */
  static List<INDArray> state(Parameters parameters) {
    return parameters.stream().map(Parameter::array).toList();
  }

  /** Those that a pass moves. */
  static List<INDArray> statistics(Parameters parameters) {
    return parameters.stream()
        .filter(p -> p.role() == Parameter.Role.BUFFER)
        .map(Parameter::array)
        .toList();
  }
}
