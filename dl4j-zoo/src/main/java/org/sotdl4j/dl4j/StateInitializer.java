package org.sotdl4j.dl4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.layers.Parameter;

/** Tells DL4J what parameters a {@link RecordLayer} has, and where they lie in the network's. */
final class StateInitializer implements ParamInitializer {

  private static List<Parameter> state(Layer layer) {
    return ((RecordLayer) layer).state();
  }

  private static List<String> keys(List<Parameter> parameters) {
    return parameters.stream().map(p -> RecordLayer.key(p.name())).toList();
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return state(layer).stream().mapToLong(p -> p.array().length()).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return keys(state(layer));
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return keys(state(layer).stream().filter(RecordLayer::isWeight).toList());
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return keys(
        state(layer).stream().filter(p -> p.trainable() && !RecordLayer.isWeight(p)).toList());
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  /** Finds the parameters; their first values come from {@link RecordLayer#instantiate}. */
  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initialize) {
    Map<String, INDArray> params = getGradientsFromFlattened(conf, view);
    params.keySet().forEach(conf::addVariable);
    return params;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    Map<String, INDArray> parts = new LinkedHashMap<>();
    long start = 0;
    for (Parameter parameter : state(conf.getLayer())) {
      long[] shape = parameter.array().shape();
      long end = start + parameter.array().length();
      INDArray part =
          view.reshape(view.length())
              .get(NDArrayIndex.interval(start, end))
              .reshape('c', scalarFree(shape));
      parts.put(RecordLayer.key(parameter.name()), part);
      start = end;
    }
    return parts;
  }

  private static long[] scalarFree(long[] shape) {
    return shape.length == 0 ? new long[] {1} : shape;
  }
}
