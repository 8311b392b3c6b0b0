package org.sotdl4j.app.glue;

import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.TextEncoder;

/**
 * All that decides how a run goes; the run folder keeps it as {@code config.json}.
 *
 * @param task its name in GLUE
 * @param data the folder of its files
 * @param encoder where the pretrained encoder comes from, as {@link Pretrained#open} takes it
 * @param head which tokens decide
 * @param padded whether padding is pooled too, as in the official pooling
 * @param poolHeads heads of the pooling
 * @param poolWidth width of a head's projections
 * @param maxLength tokens of a text, special ones included
 * @param epochs passes over the training texts
 * @param batchSize texts of a step
 * @param optimizer how gradients change weights
 * @param rate the highest learning rate
 * @param headRate that of the classifier
 * @param warmUp the share of the steps in which the rate rises
 * @param drop dropout rate
 * @param seed of the classifier's initial weights, order and masks
 * @param engine how graphs are run
 */
public record GlueConfig(
    String task,
    String data,
    String encoder,
    GlueHead head,
    boolean padded,
    int poolHeads,
    int poolWidth,
    int maxLength,
    int epochs,
    int batchSize,
    OptimizerConfig optimizer,
    double rate,
    double headRate,
    double warmUp,
    double drop,
    long seed,
    Engine engine) {

  public GlueTask glueTask() {
    return GlueTask.named(task);
  }

  /** The model in the setup of this run, for whatever length of texts. */
  public TextClassifier model(TextEncoder pretrained) {
    return new TextClassifier(
        pretrained.withDrop(drop),
        head.head(pretrained.width(), poolHeads, poolWidth, drop),
        pretrained.classToken(),
        padded,
        glueTask().outputs(),
        maxLength);
  }
}
