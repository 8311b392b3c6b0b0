package org.sotdl4j.dl4j;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;

/** Copies a model's state between a network of DL4J and the {@link Parameters} of our graphs. */
public final class Weights {

  private Weights() {}

  /**
   * Copies into a network, running statistics too.
   *
   * @throws NoSuchElementException if the network lacks a parameter
   */
  public static void copy(Parameters from, ComputationGraph to) {
    Map<String, INDArray> arrays = byName(to);
    for (Parameter parameter : from) {
      INDArray target = array(arrays, parameter.name());
      target.assign(parameter.array().reshape(target.shape()));
    }
  }

  /**
   * Copies from a network, running statistics too.
   *
   * @throws NoSuchElementException if the network lacks a parameter
   */
  public static void copy(ComputationGraph from, Parameters to) {
    Map<String, INDArray> arrays = byName(from);
    for (Parameter parameter : to) {
      INDArray source = array(arrays, parameter.name());
      parameter.array().assign(source.reshape(parameter.array().shape()));
    }
  }

  private static Map<String, INDArray> byName(ComputationGraph network) {
    Map<String, INDArray> arrays = new HashMap<>();
    for (Layer layer : network.getLayers()) {
      layer.paramTable().forEach((key, array) -> arrays.put(RecordLayer.name(key), array));
    }
    return arrays;
  }

  private static INDArray array(Map<String, INDArray> arrays, String name) {
    INDArray array = arrays.get(name);
    if (array == null) {
      throw new NoSuchElementException("The network has no parameter " + name);
    }
    return array;
  }
}
