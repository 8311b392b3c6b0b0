package org.sotdl4j.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A graph made ready for inputs of some shapes. */
public interface Executable extends AutoCloseable {

  /** Runs on inputs of these shapes. */
  void run(Map<String, INDArray> placeholders);

  /** The results of the last run, by name; the arrays hold until the next. */
  Map<String, INDArray> outputs();

  /** Runs the steps on the last inputs once more, and measures each. */
  List<StepTime> profile();

  /** Runs the last inputs again; see {@link Program#firstNotFinite}. */
  Optional<String> firstNotFinite();

  @Override
  void close();
}
