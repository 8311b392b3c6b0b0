package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph and what layers noted while they wrote into it.
 *
 * @param sameDiff the graph: standard ops only, so it saves, loads and runs anywhere SameDiff does
 * @param parameters the state; several graphs may share it
 * @param phase what the graph is for
 * @param probes the layers whose outputs are differentiated by; where there are any, no parameter
 *     is
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
    Set<String> probes,
    Shapes shapes,
    Map<String, SDVariable> activations,
    List<GraphPart> parts,
    List<RandomSite> randomSites,
    List<RunningStatistics> runningStatistics) {

  /** An empty graph on a state. */
  public static Graph create(Parameters parameters, Phase phase) {
    return create(parameters, phase, Set.of());
  }

  /**
   * An empty graph for single samples whose only variables are probes: zeros, named by {@link
   * #probe}, that are added to the outputs of some layers, so that the gradient by them is that by
   * the output.
   *
   * @param probes paths of the layers, as {@code blocks.3}
   */
  public static Graph create(Parameters parameters, Phase phase, Set<String> probes) {
    SameDiff sd = SameDiff.create();
    // SameDiff's other holders copy some arrays, such as those without memory of their own.
    sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    return new Graph(
        sd,
        parameters,
        phase,
        Set.copyOf(probes),
        new Shapes(sd),
        new LinkedHashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** The name of the variable that a probed layer's output is differentiated by. */
  public static String probe(String path) {
    return path + ".probe";
  }

  /** The output of a layer, with its probe where it has one. */
  SDVariable probed(String path, SDVariable output) {
    if (!probes.contains(path)) {
      return output;
    }
    return output.add(
        sameDiff.var(probe(path), Nd4j.zeros(parameters.dataType(), shapes.of(output))));
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
