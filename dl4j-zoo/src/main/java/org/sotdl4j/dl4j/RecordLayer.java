package org.sotdl4j.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * A layer of ours in a network of DL4J: {@code new RecordLayer(new MultiHeadAttention(64, 4,
 * true))}. It is saved as JSON, trained by DL4J's updaters, and runs on our engine.
 *
 * <p>Tokens [B, N, C] are DL4J's sequences in the format NWC, maps [B, C, H, W] those in the format
 * NCHW. The layer needs to know its input's shape: from {@code setInputTypes} of the network, or
 * from the second constructor.
 *
 * <p>Parameters have the names and shapes of the official {@code state_dict}, with {@code -} for
 * {@code _}, which DL4J keeps for itself. Matrices and larger tensors count as weights, vectors as
 * biases, for rates and weight decay of their own. Running statistics are parameters without
 * updater and weight decay; what a training step adds to them comes as their gradient, as in DL4J's
 * own {@code BatchNormalization}.
 *
 * <p>First values and random masks follow from the network's seed; masks from the counts of epochs
 * and iterations too, so that a restored network continues as if it had never stopped. Workers of
 * {@code ParallelWrapper} draw the same masks.
 *
 * <p>It is not one of DL4J's SameDiff layers: those know one phase and no running statistics, and
 * {@code FineTuneConfiguration} and {@code setLearningRate} pass them over.
 */
public final class RecordLayer extends BaseLayer {

  @JsonProperty private String json;
  @JsonProperty private long[] inputShape;
  private transient org.sotdl4j.layers.Layer layer;
  private transient LayerGraph described;
  private transient List<Parameter> state;

  @SuppressWarnings("unused") // DL4J makes one before it sets the fields
  private RecordLayer() {}

  /**
   * A layer whose input's shape the network tells.
   *
   * @throws IllegalArgumentException if JSON cannot hold it
   */
  public RecordLayer(org.sotdl4j.layers.Layer layer) {
    this.layer = layer;
    this.json = LayerJson.write(layer);
    // So that the network's apply, as with its other settings.
    setGradientNormalization(null);
    setGradientNormalizationThreshold(Double.NaN);
  }

  /**
   * A layer for inputs of a shape.
   *
   * @param inputShape without the batch: [C], [N, C] or [C, H, W]
   * @throws IllegalArgumentException if JSON cannot hold the layer
   */
  public RecordLayer(org.sotdl4j.layers.Layer layer, long... inputShape) {
    this(layer);
    this.inputShape = inputShape.clone();
  }

  /** The layer. */
  public org.sotdl4j.layers.Layer layer() {
    if (layer == null) {
      layer = LayerJson.read(json);
    }
    return layer;
  }

  /** Writes it into a new graph on a state. */
  LayerGraph write(Parameters parameters, Phase phase) {
    if (inputShape == null) {
      throw new IllegalStateException(
          "The layer %s does not know the shape of its input: call setInputTypes on the network, or give the shape to the constructor"
              .formatted(getLayerName()));
    }
    return LayerGraph.of(layer(), inputShape, parameters, phase);
  }

  /** Its graph, without memory for parameters. */
  private LayerGraph described() {
    if (described == null) {
      described = write(Parameters.shapesOnly(), Phase.EVAL);
    }
    return described;
  }

  /**
   * Its parameters: weights, biases, then what is not learned, so that the former are one piece.
   */
  List<Parameter> state() {
    if (state == null) {
      state =
          described().graph().parameters().stream()
              .sorted(Comparator.comparingInt(RecordLayer::rank))
              .toList();
    }
    return state;
  }

  private static int rank(Parameter parameter) {
    return isWeight(parameter) ? 0 : parameter.trainable() ? 1 : 2;
  }

  static boolean isWeight(Parameter parameter) {
    return parameter.trainable() && parameter.array().rank() > 1;
  }

  /** DL4J's name of a parameter. */
  static String key(String name) {
    return name.replace('_', '-');
  }

  /** The name of a parameter of DL4J's. */
  static String name(String key) {
    return key.replace('-', '_');
  }

  /** Whether a parameter of DL4J's name changes by gradients. */
  boolean isLearned(String key) {
    return initializer().isWeightParam(this, key) || initializer().isBiasParam(this, key);
  }

  @Override
  public ParamInitializer initializer() {
    return new StateInitializer();
  }

  @Override
  public IUpdater getUpdaterByParam(String key) {
    return isLearned(key) ? super.getUpdaterByParam(key) : new NoOp();
  }

  /** A state in arrays of DL4J, which has no scalars. */
  static Parameters on(Map<String, INDArray> params, DataType dataType, Parameters.Source source) {
    return Parameters.on(dataType, source, (name, shape) -> params.get(key(name)).reshape(shape));
  }

  /** The random numbers for a name. Parts of a model have different names, other layers may not. */
  CounterRandom random(long seed, String name, long... numbers) {
    String site = layer() instanceof ModelPart ? name : getLayerName() + "." + name;
    return CounterRandom.of(seed, site, numbers);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray view,
      boolean initialize,
      DataType dataType) {
    Map<String, INDArray> params = initializer().init(conf, view, false);
    if (initialize) {
      Parameters.Source source =
          (parameter, initializer) ->
              initializer.fill(parameter.array(), random(conf.getSeed(), parameter.name()));
      var _ = write(on(params, dataType, source), Phase.EVAL);
    }
    return new RunningLayer(conf, dataType, index, view, params);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (inputShape == null || override) {
      inputShape = InputTypes.shape(inputType);
      described = null;
      state = null;
    }
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    setNIn(inputType, false);
    return InputTypes.of(described().outputShape());
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null; // inputs come as they are
  }

  @Override
  public boolean isPretrainParam(String key) {
    return false;
  }

  /** Of parameters and updater alone. */
  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long count = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            getLayerName(), RecordLayer.class, inputType, getOutputType(0, inputType))
        .standardMemory(count, getIUpdater().stateSize(count))
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordLayer that
        && super.equals(that)
        && Objects.equals(json, that.json)
        && Arrays.equals(inputShape, that.inputShape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), json);
  }
}
