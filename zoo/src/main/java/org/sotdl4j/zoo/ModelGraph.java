package org.sotdl4j.zoo;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Losses;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * A model written into a graph.
 *
 * @param model what was written
 * @param graph where; the input of a model for pictures is the placeholder {@value #IMAGE}
 * @param features what the classifier gets: tokens [B, N, C] or a map [B, C, H, W]
 * @param heads the logits of each head
 * @param logits the model's answer, the variable {@value #LOGITS}: the mean of the heads
 */
public record ModelGraph(
    Network model, Graph graph, SDVariable features, List<SDVariable> heads, SDVariable logits) {

  /** Name of the placeholder of pictures, [B, channels, size, size]. */
  public static final String IMAGE = "image";

  /** Name of the model's answer, [B, K]. */
  public static final String LOGITS = "logits";

  /** Name of the placeholder of the soft targets in a graph with a loss, [B, K]. */
  public static final String TARGETS = "targets";

  /** Writes a model into a new graph on a state. */
  public static ModelGraph of(Network model, Parameters parameters, Phase phase) {
    Graph graph = Graph.create(parameters, phase);
    Network.Output output = model.write(graph);
    List<SDVariable> heads = output.heads();
    SDVariable logits = Losses.mean(heads, UnaryOperator.identity());
    return new ModelGraph(model, graph, output.features(), heads, logits.rename(LOGITS));
  }

  /**
   * The output of a named layer, as {@code blocks.3}.
   *
   * @throws NoSuchElementException if no layer has the name
   */
  public SDVariable activation(String path) {
    SDVariable activation = graph.activations().get(path);
    if (activation == null) {
      throw new NoSuchElementException(
          "No layer is named %s; there are %s.".formatted(path, graph.activations().keySet()));
    }
    return activation;
  }

  /**
   * Adds the placeholder {@value #TARGETS} and the cross entropy against it, averaged over batch
   * and heads.
   *
   * @return the loss, a scalar
   */
  public SDVariable crossEntropy() {
    SDVariable targets = graph.input(TARGETS, model.classes());
    return Losses.mean(heads, head -> Losses.crossEntropy(graph.root(), head, targets));
  }

  /**
   * Adds the placeholder {@value #TARGETS} and the squared distance to it, averaged over batch and
   * heads: for answers that are numbers.
   *
   * @return the loss, a scalar
   */
  public SDVariable squaredDistance() {
    SDVariable targets = graph.input(TARGETS, model.classes());
    return Losses.mean(heads, head -> Losses.squaredDistance(graph.root(), head, targets));
  }

  /**
   * Adds the placeholder {@value #TARGETS} and the binary cross entropy against it, averaged over
   * batch, classes and heads.
   *
   * @return the loss, a scalar
   */
  public SDVariable binaryCrossEntropy() {
    SDVariable targets = graph.input(TARGETS, model.classes());
    return Losses.mean(heads, head -> Losses.binaryCrossEntropy(graph.root(), head, targets));
  }
}
