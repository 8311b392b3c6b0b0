package org.sotdl4j.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

/**
 * A model of our zoo in DL4J's: a {@link ComputationGraph} with a vertex for each part of the model
 * ({@code embedding}, {@code blocks.0}, ..., {@code norm}, {@value ModelPart#HEAD}, which gives the
 * logits) and {@value #OUTPUT}, softmax with cross entropy. Its input are pictures [B, channels,
 * size, size], its labels [B, K].
 *
 * <p>Where a model has several heads, as the distilled ones, it is trained by the mean of their
 * logits, as timm does without a teacher.
 */
public class VisionModel extends ZooModel<ComputationGraph> {

  static final String INPUT = "image";
  static final String OUTPUT = "output";

  private Model model;
  private final long seed;
  private final IUpdater updater;
  private final DataType dataType;

  VisionModel(Builder<?, ?> builder) {
    this.model = builder.model.with(builder.setup.apply(builder.model.setup()));
    this.seed = builder.seed;
    this.updater = builder.updater;
    this.dataType = builder.dataType;
  }

  /**
   * Any model of our zoo for pictures, by its name.
   *
   * @throws org.sotdl4j.zoo.UnknownModelException if there is none of the name
   */
  public static Builder<String, VisionModel> of(String name) {
    return builder(name, VisionModel::new);
  }

  /** A model with an architecture of one's own. */
  public static Builder<String, VisionModel> of(Model architecture) {
    return new Builder<>(architecture, VisionModel::new);
  }

  /** The network's description. */
  public ComputationGraphConfiguration conf() {
    Setup setup = model.setup();
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .dataType(dataType)
            .graphBuilder()
            .addInputs(INPUT)
            .setInputTypes(
                InputType.convolutional(setup.imageSize(), setup.imageSize(), setup.channels()));
    String last = INPUT;
    for (ModelPart part : ModelPart.of(model)) {
      graph.addLayer(part.name(), new RecordLayer(part), last);
      last = part.name();
    }
    var loss = new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
    return graph.addLayer(OUTPUT, loss, last).setOutputs(OUTPUT).build();
  }

  static <V, M extends VisionModel> Builder<V, M> builder(
      V variant, Function<Builder<V, M>, M> family) {
    return new Builder<>(Builder.named(variant), family);
  }

  /**
   * A part of the model as a layer for other networks.
   *
   * @param part its name, as {@code head}
   * @throws IllegalArgumentException if the model has no part of the name
   */
  public RecordLayer layer(String part) {
    return ModelPart.of(model).stream()
        .filter(found -> found.name().equals(part))
        .findFirst()
        .map(RecordLayer::new)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "The model has no part %s; there are %s"
                    .formatted(part, ModelPart.of(model).stream().map(ModelPart::name).toList())));
  }

  /** A {@link ComputationGraph} with fresh weights. */
  @Override
  // DL4J lets the caller choose the type.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <M extends org.deeplearning4j.nn.api.Model> M init() {
    ComputationGraph network = new ComputationGraph(conf());
    network.init();
    return (M) network;
  }

  /**
   * A network with the weights of a local checkpoint, in any format that our zoo reads.
   *
   * @param sha256 the file's SHA-256, hexadecimal
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it has another SHA-256
   * @throws org.sotdl4j.zoo.checkpoint.CheckpointException if it does not fit the model
   */
  public ComputationGraph initPretrained(Path checkpoint, String sha256) throws IOException {
    String found = sha256(checkpoint);
    if (!found.equalsIgnoreCase(sha256)) {
      throw new IllegalArgumentException(
          "%s has the SHA-256 %s, not %s".formatted(checkpoint, found, sha256));
    }
    ComputationGraph network = init();
    try (Parameters parameters = new Parameters(dataType, Parameters.Source.notLearned())) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      Checkpoint.load(checkpoint, parameters);
      Weights.copy(parameters, network);
    }
    return network;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public String pretrainedUrl(PretrainedType type) {
    return null;
  }

  @Override
  public long pretrainedChecksum(PretrainedType type) {
    return 0;
  }

  @Override
  public void setInputShape(int[][] shape) {
    model = model.with(withInput(model.setup(), shape[0]));
  }

  private static Setup withInput(Setup setup, int... shape) {
    if (shape.length != 3 || shape[1] != shape[2]) {
      throw new IllegalArgumentException(
          "The input must be channels, size, size, as 3, 224, 224, not %s"
              .formatted(Arrays.toString(shape)));
    }
    return setup.withChannels(shape[0]).withImageSize(shape[1]);
  }

  @Override
  @SuppressWarnings("deprecation") // but abstract
  public ModelMetaData metaData() {
    Setup setup = model.setup();
    int[] shape = {setup.channels(), setup.imageSize(), setup.imageSize()};
    return new ModelMetaData(new int[][] {shape}, 1, ZooType.CNN);
  }

  @Override
  public Class<ComputationGraph> modelType() {
    return ComputationGraph.class;
  }

  /**
   * Settings of a model; what is not said is as in our zoo.
   *
   * @param <V> says which model: its name in our zoo, in any case
   * @param <M> the family
   */
  public static final class Builder<V, M extends VisionModel> {

    private final Function<Builder<V, M>, M> family;
    private Model model;
    private UnaryOperator<Setup> setup = UnaryOperator.identity();
    private long seed = 42;
    private IUpdater updater = new Adam(1e-3);
    private DataType dataType = DataType.FLOAT;

    private Builder(Model model, Function<Builder<V, M>, M> family) {
      this.model = model;
      this.family = family;
    }

    public Builder<V, M> variant(V variant) {
      this.model = named(variant);
      return this;
    }

    private static Model named(Object variant) {
      return Zoo.get(variant.toString().toLowerCase(Locale.ROOT)).model();
    }

    public Builder<V, M> numClasses(int classes) {
      return setup(s -> s.withClasses(classes));
    }

    /** Channels, height and width of the pictures, which are square. */
    public Builder<V, M> inputShape(int... shape) {
      return setup(s -> withInput(s, shape));
    }

    /** Dropout rate of tokens and MLPs. */
    public Builder<V, M> drop(double rate) {
      return setup(s -> s.withDrop(rate));
    }

    /** Stochastic depth of the deepest block. */
    public Builder<V, M> dropPath(double rate) {
      return setup(s -> s.withDropPath(rate));
    }

    private Builder<V, M> setup(UnaryOperator<Setup> change) {
      UnaryOperator<Setup> before = setup;
      setup = s -> change.apply(before.apply(s));
      return this;
    }

    /** Of the first weights and of what is dropped. */
    public Builder<V, M> seed(long newSeed) {
      this.seed = newSeed;
      return this;
    }

    public Builder<V, M> updater(IUpdater newUpdater) {
      this.updater = newUpdater;
      return this;
    }

    /** FLOAT or DOUBLE. */
    public Builder<V, M> dataType(DataType type) {
      this.dataType = type;
      return this;
    }

    public M build() {
      return family.apply(this);
    }
  }
}
