package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RunningStatistics;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;

/**
 * A layer's outputs, gradients and batch norm statistics: {@code layers/NAME/case.json} and {@code
 * case.safetensors}.
 */
final class LayerCase {

  private LayerCase() {}

  static Outcome run(Path folder, JsonNode fixture, DataType type, Engine engine) {
    Check check = new Check();
    Layers.Built layer = Layers.of(fixture);
    State state = new State(fixture);
    try (TensorFile golden = TensorFile.open(folder.resolve("case.safetensors"));
        Parameters parameters = state.parameters(type)) {
      Phase phase = fixture.get("mode").asString().equals("train") ? Phase.TRAIN : Phase.EVAL;
      Graph graph = Graph.create(parameters, phase);
      SameDiff sd = graph.sameDiff();
      List<SDVariable> inputs = new ArrayList<>();
      for (JsonNode input : fixture.get("inputs")) {
        String name = input.get("name").asString();
        INDArray value =
            input.get("rule").asString().equals("stored")
                ? golden.read("in." + name)
                : state
                    .formula()
                    .array(
                        name,
                        input.get("base").asDouble(),
                        input.get("scale").asDouble(),
                        State.shape(input));
        // Variables, not placeholders: their gradients are part of the case.
        inputs.add(sd.var("in." + name, value.castTo(type)));
      }
      List<SDVariable> outputs = layer.apply(graph.root(), inputs);
      state.check(parameters, check);

      SDVariable loss = null;
      for (int k = 0; k < outputs.size(); k++) {
        String cotangent = outputs.size() == 1 ? "cotangent" : "cotangent." + k;
        long[] shape = golden.shape(outputName(outputs, k));
        SDVariable part =
            outputs
                .get(k)
                .mul(sd.constant(state.formula().array(cotangent, 0, 1, shape).castTo(type)))
                .sum();
        loss = loss == null ? part : loss.add(part);
      }
      List<String> names = new ArrayList<>(outputs.stream().map(SDVariable::name).toList());
      for (RunningStatistics statistics : graph.runningStatistics()) {
        names.add(statistics.mean());
        names.add(statistics.variance());
      }
      try (Program program = engine.training(sd, loss.name(), names)) {
        Map<String, INDArray> values = program.run(Map.of());
        for (RunningStatistics statistics : graph.runningStatistics()) {
          statistics.update(parameters, values, inputs.getFirst().getShape()[0]);
        }
        Map<String, INDArray> actual = new HashMap<>();
        for (int k = 0; k < outputs.size(); k++) {
          actual.put(outputName(outputs, k), values.get(outputs.get(k).name()));
        }
        inputs.forEach(
            in -> actual.put("grad." + in.name(), values.get(Program.gradient(in.name()))));
        parameters.forEach(
            p -> actual.put("grad.param." + p.name(), values.get(Program.gradient(p.name()))));
        parameters.forEach(p -> actual.put("after." + p.name(), p.array()));
        compare(golden, fixture, actual, type, check);
      }
    }
    return check.outcome("layers/" + fixture.get("name").asString());
  }

  private static String outputName(List<SDVariable> outputs, int k) {
    return outputs.size() == 1 ? "out" : "out." + k;
  }

  private static void compare(
      TensorFile golden,
      JsonNode fixture,
      Map<String, INDArray> actual,
      DataType type,
      Check check) {
    // Behind ReLU, max pooling and batch statistics one decision that flips in float32 moves a
    // gradient by 1e-3.
    boolean flips =
        type == DataType.FLOAT
            && fixture.get("mode").asString().equals("train")
            && fixture.get("constructor").asString().startsWith("visualTokens");
    for (String name : golden.names()) {
      JsonNode measured = fixture.get("f32_vs_f64").get(name);
      double err = measured == null ? 0 : measured.get("rel_l2").asDouble();
      if (name.startsWith("out")) {
        // The stored values are float32 and carry the official code's own rounding.
        double bound = Math.max(outputTolerance(fixture, type), 2 * err);
        check.array(name, actual.get(name), golden.read(name), bound);
      } else if (name.startsWith("after.")) {
        // The stored statistics are of the official float32 run, whose rounding the outputs show.
        double bound = type == DataType.DOUBLE ? Math.max(1e-6, 2 * outputError(fixture)) : 1e-5;
        check.array(name, actual.get(name), golden.read(name), bound);
      } else if (name.startsWith("grad.")
          && (measured == null || !measured.has("zero_in_exact_arithmetic"))) {
        double bound = flips ? Math.max(2e-2, 10 * err) : Math.max(1e-4, 20 * err);
        check.array(name, actual.get(name), golden.read(name), bound);
      }
    }
  }

  /** How far the official code's own float32 outputs are from its outputs in double. */
  private static double outputError(JsonNode fixture) {
    return fixture.get("f32_vs_f64").properties().stream()
        .filter(entry -> entry.getKey().startsWith("out"))
        .mapToDouble(entry -> entry.getValue().get("rel_l2").asDouble())
        .max()
        .orElseThrow();
  }

  /** Power normalisations with several singular values or elements amplify rounding. */
  private static double outputTolerance(JsonNode fixture, DataType type) {
    JsonNode config = fixture.get("config");
    JsonNode norm = config.has("normalization") ? config.get("normalization") : config;
    boolean several = norm.has("svNum") && norm.get("svNum").asInt() >= 2;
    boolean ePn =
        fixture.get("constructor").asString().startsWith("ePN")
            || (norm.has("type") && norm.get("type").asString("").equals("ePN"));
    if (several || ePn) {
      return 1e-4;
    }
    return type == DataType.DOUBLE ? 1e-6 : 1e-5;
  }
}
