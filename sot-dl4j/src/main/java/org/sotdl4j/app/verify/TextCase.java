package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.train.Targets;
import org.sotdl4j.app.train.TrainStep;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Bert;
import org.sotdl4j.zoo.HuggingFaceConfig;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.TextInput;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;

/**
 * A text encoder against Hugging Face's: state, hidden states, and logits and gradients of the
 * heads behind it. Folder {@code nlp/NAME}; the file {@code nlp/full_size_param_lists.json} has
 * names and shapes of encoders in full size.
 */
final class TextCase {

  /** Our names of encoders in full size, where they are not the official ones. */
  private static final Map<String, String> NAMES =
      Map.of(
          "bert-base-uncased", "bert_base",
          "bert-large-uncased", "bert_large",
          "bert-base-cased", "bert_base_cased",
          "bert-large-cased", "bert_large_cased",
          "spanbert-base-cased", "spanbert_base",
          "spanbert-large-cased", "spanbert_large",
          "all-MiniLM-L6-v2", "minilm_l6");

  private final Path folder;
  private final JsonNode fixture;
  private final DataType type;
  private final Engine engine;
  private final TextEncoder encoder;
  private final State state;
  private final Map<String, INDArray> text = new HashMap<>();
  private final Check check = new Check();

  private TextCase(Path folder, JsonNode fixture, DataType type, Engine engine) {
    this.folder = folder;
    this.fixture = fixture;
    this.type = type;
    this.engine = engine;
    this.encoder =
        HuggingFaceConfig.encoder(
            modelType(fixture.get("source").get("constructor").asString()), fixture.get("config"));
    this.state = new State(fixture);
  }

  private static String modelType(String constructor) {
    return switch (constructor) {
      case "BertModel" -> "bert";
      case "RobertaModel" -> "roberta";
      case "OpenAIGPTModel" -> "openai-gpt";
      default -> throw new NotThereYet(constructor);
    };
  }

  static Outcome run(Path file, JsonNode fixture, DataType type, Engine engine) {
    if (!fixture.has("heads")) {
      Check check = new Check();
      fixture.properties().forEach(entry -> fullSize(check, entry.getKey(), entry.getValue()));
      return check.outcome("nlp/" + file.getFileName().toString().replace(".json", ""));
    }
    return new TextCase(file.getParent(), fixture, type, engine).run();
  }

  private static void fullSize(Check check, String name, JsonNode golden) {
    String last = name.substring(name.indexOf('/') + 1);
    TextEncoder encoder = Zoo.get(NAMES.getOrDefault(last, last.replace('-', '_'))).encoder();
    try (Parameters parameters = Parameters.shapesOnly()) {
      encoder.describe(Graph.create(parameters, Phase.EVAL));
      check.equal(
          name + " parameters", parameters.totalCount(), golden.get("param_count").asLong());
      check.equal(
          name + " tensors", parameters.stream().count(), (long) golden.get("params").size());
      for (JsonNode entry : golden.get("params")) {
        String tensor = entry.get("name").asString();
        check.equal(
            name + " has " + tensor,
            parameters.contains(tensor) ? shape(parameters.get(tensor).shape()) : "none",
            shape(State.shape(entry)));
      }
    }
  }

  private static String shape(long[] shape) {
    return Arrays.toString(shape);
  }

  private Outcome run() {
    try (TensorFile golden = TensorFile.open(folder.resolve("backbone.safetensors"))) {
      INDArray ids = golden.read(TextInput.IDS);
      text.put(TextInput.IDS, ids.castTo(DataType.INT32));
      text.put(TextInput.MASK, golden.read(TextInput.MASK).castTo(type));
      text.put(
          TextInput.SEGMENTS,
          golden.contains(TextInput.SEGMENTS)
              ? golden.read(TextInput.SEGMENTS).castTo(DataType.INT32)
              : ids.castTo(DataType.INT32).mul(0));
      hiddenStates(golden);
    }
    fixture.get("heads").properties().forEach(entry -> head(entry.getKey(), entry.getValue()));
    return check.outcome("nlp/" + fixture.get("name").asString());
  }

  private int length() {
    return (int) text.get(TextInput.IDS).size(1);
  }

  private void hiddenStates(TensorFile golden) {
    try (Parameters parameters = state.parameters(type)) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      SDVariable tokens = encoder.tokens(graph.root(), TextInput.of(graph, length()));
      Map<String, SDVariable> outputs = new HashMap<>();
      outputs.put("last_hidden_state", tokens);
      if (encoder instanceof Bert bert) {
        outputs.put("pooler_output", bert.pooled(graph.root(), tokens));
      }
      List<String> layers = new ArrayList<>(encoder.blocks());
      layers.addFirst(encoder instanceof Bert ? "embeddings" : "drop");
      for (int k = 0; k < layers.size(); k++) {
        outputs.put("hidden_state." + k, graph.activations().get(layers.get(k)));
      }
      state.check(parameters, check);
      List<String> names = outputs.values().stream().map(SDVariable::name).toList();
      try (Program program = engine.inference(graph.sameDiff(), names)) {
        Map<String, INDArray> values = program.run(text);
        double bound = bound(1e-5, fixture.get("eval").get("rel_l2").asDouble());
        for (String name : golden.names()) {
          if (!text.containsKey(name)) {
            SDVariable output = outputs.get(name);
            INDArray actual = output == null ? null : values.get(output.name());
            check.array(name, actual, golden.read(name), bound);
          }
        }
      }
    }
  }

  /** Logits in training without dropout are those in evaluation. */
  private void head(String name, JsonNode golden) {
    JsonNode config = golden.get("classifier");
    int classes = config.get("num_classes").asInt();
    TextClassifier model =
        new TextClassifier(
            encoder,
            SoTHeads.of(config, encoder.width()),
            name.contains("_last_") ? TextEncoder.ClassToken.LAST : TextEncoder.ClassToken.FIRST,
            true,
            classes,
            length());
    String prefix = golden.get("params_prefix").asString();
    State both = state.withHead(prefix, golden.get("params"));
    int[] labels = new int[golden.get("labels").size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = golden.get("labels").get(i).asInt();
    }
    try (Parameters parameters = both.parameters(type);
        TensorFile arrays = TensorFile.open(folder.resolve(golden.get("file").asString()));
        TrainStep step = new TrainStep(model, parameters, engine)) {
      INDArray targets = Targets.of(labels, classes, 0).castTo(type);
      TrainStep.Pass pass = step.pass(text, Map.of(ModelGraph.TARGETS, targets), site -> null);
      boolean exact = type == DataType.DOUBLE;
      check.absolute(
          name + " loss",
          pass.loss(),
          golden.get(exact ? "loss_f64" : "loss").asDouble(),
          exact ? 1e-8 : 1e-4);
      check.array(
          name + " logits",
          pass.logits(),
          arrays.read("logits"),
          bound(1e-4, golden.get("max_abs_logit_err").asDouble()));
      double bound = bound(1e-4, golden.get("max_grad_rel_l2").asDouble());
      for (String tensor : arrays.names()) {
        if (tensor.startsWith("grad.")) {
          String parameter = tensor.substring("grad.".length()).replaceFirst("^backbone\\.", "");
          String what = name + " gradient of " + parameter;
          if (parameter.endsWith(".key.bias")) {
            // Softmax does not see it: the gradient is rounding noise beside that of the queries.
            double noise = pass.gradient(parameter).norm2Number().doubleValue();
            INDArray queries = arrays.read(tensor.replace(".key.bias", ".query.bias"));
            check.number(what, noise / queries.norm2Number().doubleValue(), bound);
          } else {
            check.array(what, pass.gradient(parameter), arrays.read(tensor), bound);
          }
        }
      }
    }
  }

  /**
   * @param err what the stored float32 values themselves differ by from the official code in double
   */
  private double bound(double inFloat, double err) {
    return type == DataType.DOUBLE ? Math.max(1e-6, 2 * err) : Math.max(inFloat, 2 * err);
  }
}
