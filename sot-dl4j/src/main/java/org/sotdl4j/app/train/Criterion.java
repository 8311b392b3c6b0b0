package org.sotdl4j.app.train;

import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Losses;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.zoo.ModelGraph;

/** Writes the loss into a model's train graph. */
@FunctionalInterface
public interface Criterion {

  /**
   * Name of the placeholder of what a teacher says, [B, K]: its logits for soft distillation, rows
   * that are one-hot for hard distillation.
   */
  String TEACHER = "teacher";

  /**
   * Writes the loss.
   *
   * @return a scalar
   */
  SDVariable write(ModelGraph graph);

  /** The loss of a configuration. */
  static Criterion of(LossConfig config) {
    Criterion plain = config.binary() ? ModelGraph::binaryCrossEntropy : ModelGraph::crossEntropy;
    Distillation distillation = config.distillation();
    return distillation == null ? plain : graph -> distilled(graph, config, distillation);
  }

  private static SDVariable distilled(
      ModelGraph graph, LossConfig config, Distillation distillation) {
    Scope scope = graph.graph().root();
    SDVariable student = graph.heads().get(1);
    int classes = graph.model().classes();
    SDVariable targets = graph.graph().input(ModelGraph.TARGETS, classes);
    SDVariable teacher = graph.graph().input(TEACHER, classes);
    SDVariable first = graph.heads().getFirst();
    SDVariable base =
        config.binary()
            ? Losses.binaryCrossEntropy(scope, first, targets)
            : Losses.crossEntropy(scope, first, targets);
    SDVariable second =
        switch (distillation.type()) {
          case SOFT -> Losses.softDistillation(scope, student, teacher, distillation.tau());
          case HARD -> Losses.crossEntropy(scope, student, teacher);
        };
    return base.mul(1 - distillation.alpha()).add(second.mul(distillation.alpha()));
  }
}
