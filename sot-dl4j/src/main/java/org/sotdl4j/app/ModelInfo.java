package org.sotdl4j.app;

import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Macs;
import org.sotdl4j.zoo.ModelEntry;

/**
 * What {@code list} and {@code info} tell of a model, counted from its graph.
 *
 * @param name in the zoo
 * @param family of the paper
 * @param params all parameters, frozen ones included
 * @param trainable learned parameters
 * @param gmacs multiply-adds of one picture, or of a text of 128 tokens, in units of 1e9, products
 *     of activations included
 * @param gmacsLinearConv the same without products of two activations
 * @param inputSize side of the picture in pixels, or the most tokens of a text
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
    try (Parameters parameters = Parameters.shapesOnly()) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      entry.architecture().describe(graph);
      Macs macs = Macs.of(graph);
      return new ModelInfo(
          entry.name(),
          entry.family(),
          parameters.totalCount(),
          parameters.trainableCount(),
          macs.total() / 1e9,
          macs.linearAndConvolution() / 1e9,
          entry.architecture().inputSize(),
          entry.source());
    }
  }
}
