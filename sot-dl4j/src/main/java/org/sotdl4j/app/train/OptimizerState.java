package org.sotdl4j.app.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/** The arrays that an optimizer keeps, among the tensors of a checkpoint to continue from. */
public final class OptimizerState {

  private OptimizerState() {}

  /** The arrays of {@link Optimizer#state()} by their names in a checkpoint. */
  public static SequencedMap<String, INDArray> named(SequencedMap<String, INDArray> state) {
    SequencedMap<String, INDArray> named = new LinkedHashMap<>();
    state.forEach((name, array) -> named.put(Checkpoint.OPTIMIZER + name, array));
    return named;
  }

  /** Reads what {@link #named} wrote, for {@link Optimizer#restore}; empty where there is none. */
  public static SequencedMap<String, INDArray> read(TensorFile file) {
    SequencedMap<String, INDArray> state = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(Checkpoint.OPTIMIZER)) {
        state.put(name.substring(Checkpoint.OPTIMIZER.length()), file.read(name));
      }
    }
    return state;
  }
}
