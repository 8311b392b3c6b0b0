package org.sotdl4j.dl4j;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * A layer alone in a graph.
 *
 * @param graph where its input is the placeholder {@value #INPUT}
 * @param output what it gives
 */
record LayerGraph(Graph graph, SDVariable output) {

  static final String INPUT = "input";

  /**
   * Writes a layer.
   *
   * @param inputShape without the batch
   */
  static LayerGraph of(Layer layer, long[] inputShape, Parameters parameters, Phase phase) {
    Graph graph = Graph.create(parameters, phase);
    SDVariable x = graph.input(INPUT, inputShape);
    SDVariable y = layer.apply(graph.root(), x);
    // Dropout, for one, writes nothing in evaluation.
    return new LayerGraph(graph, y.name().equals(INPUT) ? graph.sameDiff().identity(x) : y);
  }

  /** The shape of the output without the batch. */
  long[] outputShape() {
    long[] shape = graph.shapes().of(output);
    return Arrays.copyOfRange(shape, 1, shape.length);
  }
}
