package org.sotdl4j.app;

import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Macs;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;

/**
 * What {@code list} and {@code info} tell of a model, counted from its graph.
 *
 * @param name in the zoo
 * @param family of the paper
 * @param params all parameters, frozen ones included
 * @param trainable learned parameters
 * @param gmacs multiply-adds of one picture in units of 1e9, products of activations included
 * @param gmacsLinearConv the same without products of two activations
 * @param inputSize side of the input, pixels
 * @param source the official implementation
 */
record ModelInfo(
    String name,
    String family,
    long params,
    long trainable,
    double gmacs,
    double gmacsLinearConv,
    int inputSize,
    String source) {

  static ModelInfo of(ModelEntry entry) {
    try (Parameters parameters = Parameters.shapesOnly(DataType.FLOAT)) {
      ModelGraph graph = ModelGraph.of(entry.model(), parameters, Phase.EVAL);
      Macs macs = Macs.of(graph.graph());
      return new ModelInfo(
          entry.name(),
          entry.family(),
          parameters.totalCount(),
          parameters.trainableCount(),
          macs.total() / 1e9,
          macs.linearAndConvolution() / 1e9,
          entry.model().setup().imageSize(),
          entry.source());
    }
  }
}
