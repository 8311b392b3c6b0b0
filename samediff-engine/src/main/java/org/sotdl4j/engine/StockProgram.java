package org.sotdl4j.engine;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a graph by SameDiff's own inference session. */
final class StockProgram implements Program {

  private final SameDiff sd;
  private final Map<String, String> outputs;
  private final Inputs inputs;

  StockProgram(SameDiff sd, Map<String, String> outputs) {
    this.sd = sd;
    this.outputs = outputs;
    this.inputs = new Inputs(sd, Graph.of(sd, outputs));
  }

  @Override
  public Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    Map<String, INDArray> values =
        sd.output(inputs.select(placeholders), outputs.values().toArray(String[]::new));
    Map<String, INDArray> results = new HashMap<>();
    outputs.forEach((name, variable) -> results.put(name, values.get(variable)));
    return results;
  }

  @Override
  public void close() {
    // The session's arrays are SameDiff's own.
  }
}
