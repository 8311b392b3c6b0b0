package org.sotdl4j.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;
import org.sotdl4j.layers.RunningStatistics;

/**
 * A {@link RecordLayer} in a network. The backward pass computes the forward one again, as DL4J's
 * own SameDiff layers do.
 */
final class RunningLayer extends BaseLayer<RecordLayer> {

  private static final String UPSTREAM = "upstream";
  private static final Engine ENGINE = Engine.COMPILED;

  private final transient Parameters state;
  private transient Run evaluation;
  private transient Run forward;
  private transient Run backward;

  RunningLayer(
      NeuralNetConfiguration conf,
      DataType dataType,
      int index,
      INDArray view,
      Map<String, INDArray> params) {
    super(conf, dataType);
    this.state = RecordLayer.on(params, dataType, Parameters.Source.uninitialized());
    setIndex(index);
    setParamsViewArray(view);
    setParamTable(params);
  }

  /** A graph and the program that runs it. */
  private record Run(LayerGraph written, Program program) {

    String output() {
      return written.output().name();
    }
  }

  private Run forward(boolean training) {
    LayerGraph graph = layerConf().write(state, training ? Phase.TRAIN : Phase.EVAL);
    List<String> outputs = List.of(graph.output().name());
    return new Run(graph, ENGINE.inference(graph.graph().sameDiff(), outputs));
  }

  /** The gradients of the output's product with what comes from above. */
  private Run backward() {
    LayerGraph graph = layerConf().write(state, Phase.TRAIN);
    SDVariable upstream = graph.graph().input(UPSTREAM, graph.outputShape());
    SDVariable loss = graph.output().mul(upstream).sum();
    List<String> outputs = new ArrayList<>();
    for (RunningStatistics norm : graph.graph().runningStatistics()) {
      outputs.add(norm.mean());
      outputs.add(norm.variance());
    }
    return new Run(
        graph,
        ENGINE.training(graph.graph().sameDiff(), loss.name(), outputs, List.of(LayerGraph.INPUT)));
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      if (training) {
        forward = forward == null ? forward(true) : forward;
      } else {
        evaluation = evaluation == null ? forward(false) : evaluation;
      }
      Run run = training ? forward : evaluation;
      INDArray output = run.program().run(inputs(run)).get(run.output());
      return workspaces.dup(ArrayType.ACTIVATIONS, output);
    }
  }

  /** What a graph reads but for the upstream gradient: the input and the masks of this step. */
  private Map<String, INDArray> inputs(Run run) {
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put(LayerGraph.INPUT, input.castTo(getDataType()).dup('c'));
    for (RandomSite site : run.written().graph().randomSites()) {
      var random =
          layerConf().random(conf().getSeed(), site.name(), getEpochCount(), getIterationCount());
      inputs.put(site.name(), site.mask(getDataType(), Math.toIntExact(input.size(0)), random));
    }
    return inputs;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray above, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray below;
    Gradient gradient = new DefaultGradient();
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      backward = backward == null ? backward() : backward;
      Map<String, INDArray> inputs = inputs(backward);
      inputs.put(UPSTREAM, above.castTo(getDataType()).dup('c'));
      Map<String, INDArray> results = backward.program().run(inputs);
      for (Parameter parameter : state) {
        String key = RecordLayer.key(parameter.name());
        INDArray value = results.get(Program.gradient(parameter.name()));
        if (value == null) {
          gradientViews.get(key).assign(0);
        } else {
          gradientViews.get(key).assign(value);
        }
        gradient.setGradientFor(key, gradientViews.get(key));
      }
      // DL4J subtracts gradients, those of parameters without an updater as they are.
      for (RunningStatistics norm : backward.written().graph().runningStatistics()) {
        norm.changes(state, results, input.size(0))
            .forEach(
                (name, change) -> gradientViews.get(RecordLayer.key(name)).assign(change.neg()));
      }
      INDArray result = results.get(Program.gradient(LayerGraph.INPUT));
      below = workspaces.dup(ArrayType.ACTIVATION_GRAD, result);
    }
    return new Pair<>(gradient, backpropDropOutIfPresent(below));
  }

  /** Of the parameters that are learned: clipping must leave running statistics alone. */
  @Override
  public INDArray getGradientsViewArray() {
    long learned = state.trainableCount();
    INDArray all = gradientsFlattened;
    return learned == 0 || learned == all.length()
        ? all
        : all.reshape(all.length()).get(NDArrayIndex.interval(0, learned));
  }

  /** There are none for a layer without parameters. */
  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    if (gradients != null) {
      super.setBackpropGradientsViewArray(gradients);
    }
  }

  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return layerConf().isLearned(key);
  }

  /** Our views are in C order, DL4J expects Fortran's where it is not told. */
  @Override
  public void setParams(INDArray params) {
    setParams(params, 'c');
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public Layer clone() {
    throw new UnsupportedOperationException("Layers are cloned with their networks");
  }

  @Override
  public void close() {
    for (Run run : new Run[] {evaluation, forward, backward}) {
      if (run != null) {
        run.program().close();
      }
    }
  }
}
