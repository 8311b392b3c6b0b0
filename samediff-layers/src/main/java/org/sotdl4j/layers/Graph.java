package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A SameDiff graph and what layers noted while they wrote into it.
 *
 * @param sameDiff the graph: standard ops only, so it saves, loads and runs anywhere SameDiff does
 * @param parameters the state; several graphs may share it
 * @param phase what the graph is for
 * @param shapes its static shapes
 * @param activations the output of each named layer, by its path, in order of execution
 * @param parts the ops of each named layer, those inside a layer before it
 * @param randomSites the masks that a training step must feed
 * @param runningStatistics the statistics that a training step must update
 */
public record Graph(
    SameDiff sameDiff,
    Parameters parameters,
    Phase phase,
    Shapes shapes,
    Map<String, SDVariable> activations,
    List<GraphPart> parts,
    List<RandomSite> randomSites,
    List<RunningStatistics> runningStatistics) {

  /** An empty graph on a state. */
  public static Graph create(Parameters parameters, Phase phase) {
    SameDiff sd = SameDiff.create();
    // SameDiff's other holders copy some arrays, such as those without memory of their own.
    sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    return new Graph(
        sd,
        parameters,
        phase,
        new Shapes(sd),
        new LinkedHashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** The scope of the outermost layer. */
  public Scope root() {
    return new Scope(this, "", Linear.Start.TRUNCATED_NORMAL);
  }

  /** An input whose batch size is open. */
  public SDVariable input(String name, long... shapeWithoutBatch) {
    return input(name, parameters.dataType(), shapeWithoutBatch);
  }

  /** An input of a type of its own, as numbers of words. */
  public SDVariable input(String name, DataType type, long... shapeWithoutBatch) {
    long[] shape = new long[shapeWithoutBatch.length + 1];
    shape[0] = -1;
    System.arraycopy(shapeWithoutBatch, 0, shape, 1, shapeWithoutBatch.length);
    return sameDiff.placeHolder(name, type, shape);
  }
}
