package org.sotdl4j.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RunningStatistics;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Network;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.TextInput;

/**
 * A model of the zoo as a graph with a loss, and inputs for it; a text encoder with SoT's head
 * behind it.
 */
record ZooGraphs(ModelGraph graph, String loss) {

  private static final int TOKENS = 11;
  private static final int WORDS = 97;

  static ZooGraphs of(ModelEntry entry, Parameters parameters, Phase phase) {
    Network network =
        switch (entry.architecture()) {
          case Model model -> model;
          case TextEncoder encoder -> classifier(encoder);
        };
    ModelGraph graph = ModelGraph.of(network, parameters, phase);
    return new ZooGraphs(graph, graph.crossEntropy().name());
  }

  private static TextClassifier classifier(TextEncoder encoder) {
    int width = encoder.width();
    return new TextClassifier(
        encoder,
        new Classifier(width, new MultiHeadPooling(width, 2, 3, false, SvPn.standard(3), 0)),
        encoder.classToken(),
        false,
        5,
        TOKENS);
  }

  private SameDiff sameDiff() {
    return graph.graph().sameDiff();
  }

  Program evaluation() {
    return Engine.COMPILED.frozen(sameDiff(), List.of(graph.logits().name()));
  }

  /** With the means and variances that batch norms see. */
  Program training() {
    List<String> outputs = new ArrayList<>();
    for (RunningStatistics norm : graph.graph().runningStatistics()) {
      outputs.add(norm.mean());
      outputs.add(norm.variance());
    }
    return Engine.COMPILED.training(sameDiff(), loss, outputs);
  }

  /** Values for all placeholders. */
  Map<String, INDArray> inputs(int batch) {
    CounterRandom random = new CounterRandom(5);
    Map<String, INDArray> inputs = new HashMap<>();
    for (SDVariable variable : sameDiff().variables()) {
      if (variable.getVariableType() == VariableType.PLACEHOLDER) {
        long[] shape = variable.getShape().clone();
        shape[0] = batch;
        inputs.put(variable.name(), values(variable.dataType(), shape, random));
      }
    }
    graph
        .graph()
        .randomSites()
        .forEach(site ->
            inputs.put(site.name(), site.mask(DataType.FLOAT, batch, new CounterRandom(1))));
    INDArray targets = Nd4j.create(DataType.FLOAT, batch, graph.model().classes());
    for (int b = 0; b < batch; b++) {
      targets.putScalar(b, (b + 1) % graph.model().classes(), 1);
    }
    inputs.put(ModelGraph.TARGETS, targets);
    inputs.computeIfPresent(TextInput.MASK, (_, mask) -> Nd4j.ones(DataType.FLOAT, mask.shape()));
    return inputs;
  }

  private static INDArray values(DataType type, long[] shape, CounterRandom random) {
    INDArray array = Nd4j.create(type, shape);
    for (long i = 0; i < array.length(); i++) {
      double value = random.nextDouble();
      array.data().put(i, type.isFPType() ? 2 * value - 1 : Math.floor(value * WORDS));
    }
    return array;
  }
}
