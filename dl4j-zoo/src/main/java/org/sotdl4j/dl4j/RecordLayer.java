package org.sotdl4j.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
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
 * {@code _}, which DL4J keeps for itself. Running statistics are parameters without updater and
 * weight decay; what a training step adds to them comes as their gradient, as in DL4J's own {@code
 * BatchNormalization}. Matrices and larger tensors count as weights, vectors as biases, for rates
 * and weight decay of their own.
 *
 * <p>First values and random masks follow from the network's seed; masks from the counts of epochs
 * and iterations too, so that a restored network continues as if it had never stopped. Workers of
 * {@code ParallelWrapper} draw the same masks.
 */
public final class RecordLayer extends AbstractSameDiffLayer {

  @JsonProperty private String json;
  @JsonProperty private long[] inputShape;
  private transient org.sotdl4j.layers.Layer layer;
  private transient LayerGraph described;

  @SuppressWarnings("unused") // DL4J makes one before it reads the fields
  private RecordLayer() {}

  /**
   * A layer whose input's shape the network tells.
   *
   * @throws IllegalArgumentException if JSON cannot hold it
   */
  public RecordLayer(org.sotdl4j.layers.Layer layer) {
    this.layer = layer;
    this.json = LayerJson.write(layer);
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

  /** Its graph, without memory for parameters. */
  private LayerGraph described() {
    if (described == null) {
      described = write(Parameters.shapesOnly(), Phase.EVAL);
    }
    return described;
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

  private Iterable<Parameter> state() {
    return described().graph().parameters();
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (inputShape == null || override) {
      inputShape = InputTypes.shape(inputType);
      described = null;
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    setNIn(inputType, false);
    return InputTypes.of(described().outputShape());
  }

  /** DL4J's name of a parameter. */
  static String key(String name) {
    return name.replace('_', '-');
  }

  /** The name of a parameter of DL4J's. */
  static String name(String key) {
    return key.replace('-', '_');
  }

  /** What is not learned comes last, so that the gradients before it are one piece. */
  @Override
  public void defineParameters(SDLayerParams params) {
    for (Parameter p : state()) {
      if (p.trainable() && p.array().rank() > 1) {
        params.addWeightParam(key(p.name()), p.array().shape());
      }
    }
    for (Parameter p : state()) {
      if (p.trainable() && p.array().rank() <= 1) {
        params.addBiasParam(key(p.name()), p.array().shape());
      }
    }
    for (Parameter p : state()) {
      if (!p.trainable()) {
        long[] shape = p.array().shape();
        params.addBiasParam(key(p.name()), shape.length == 0 ? new long[] {1} : shape);
      }
    }
  }

  @Override
  @JsonIgnore
  public SDLayerParams getLayerParams() {
    SDLayerParams params = new SDLayerParams();
    defineParameters(params);
    return params;
  }

  /** Whether a parameter of DL4J's name changes by gradients. */
  boolean isLearned(String key) {
    for (Parameter p : state()) {
      if (key(p.name()).equals(key)) {
        return p.trainable();
      }
    }
    throw new IllegalArgumentException("The layer has no parameter " + key);
  }

  @Override
  public IUpdater getUpdaterByParam(String key) {
    return isLearned(key) ? super.getUpdaterByParam(key) : new NoOp();
  }

  @Override
  public List<Regularization> getRegularizationByParam(String key) {
    if (!isLearned(key)) {
      return List.of();
    }
    return getLayerParams().isWeightParam(key) ? regularization : regularizationBias;
  }

  /** From seed 0; a network calls {@link #initialize} with its own. */
  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.values().stream().findFirst().ifPresent(any -> initialize(params, any.dataType(), 0));
  }

  private void initialize(Map<String, INDArray> params, DataType dataType, long seed) {
    Parameters.Source source =
        (parameter, initializer) ->
            initializer.fill(parameter.array(), random(seed, parameter.name()));
    var _ = write(on(params, dataType, source), Phase.EVAL);
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
      initialize(params, dataType, conf.getSeed());
    }
    return new RunningLayer(this, conf, dataType, index, view, params);
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
