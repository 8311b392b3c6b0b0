package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.train.Betas;
import org.sotdl4j.app.train.Change;
import org.sotdl4j.app.train.Gradients;
import org.sotdl4j.app.train.Optimizer;
import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;

/** Optimizers, clipping by the common norm and weight averaging, in double. */
final class OptimizerRecipe {

  private static final double TOLERANCE = 1e-6;
  private static final Pattern STEPS = Pattern.compile("(\\d+) steps");

  private final Check check;
  private final TensorFile golden;
  private final Formula formula;

  private OptimizerRecipe(Check check, TensorFile golden, Formula formula) {
    this.check = check;
    this.golden = golden;
    this.formula = formula;
  }

  static void compare(Check check, Path file, JsonNode fixture) {
    Matcher steps = STEPS.matcher(fixture.get("note").asString());
    int count = steps.find() ? Integer.parseInt(steps.group(1)) : 0;
    Formula formula = new Formula(fixture.path("seed").asString(""));
    try (TensorFile golden = TensorFile.open(file.resolveSibling("optimizers.safetensors"))) {
      OptimizerRecipe recipe = new OptimizerRecipe(check, golden, formula);
      fixture
          .get("cases")
          .properties()
          .forEach(entry -> {
            switch (entry.getKey()) {
              case "clip" -> recipe.clip(entry.getValue());
              case "ema" -> recipe.average(entry.getValue());
              default -> recipe.optimizer(entry.getKey(), entry.getValue().get("args"), count);
            }
          });
    }
  }

  private void optimizer(String name, JsonNode args, int steps) {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    parameters.put("matrix", values("p.matrix", 0, 0.5, shape(name, "matrix")));
    parameters.put("bias", values("p.bias", 0, 0.1, shape(name, "bias")));
    parameters.put("norm", values("p.norm", 1, 0.1, shape(name, "norm")));
    Optimizer optimizer = optimizer(args);
    for (int step = 0; step < steps; step++) {
      String suffix = "." + step;
      optimizer.step(
          parameters.entrySet().stream()
              .map(entry -> {
                String key = entry.getKey();
                INDArray p = entry.getValue();
                return new Change(
                    key,
                    p,
                    values("g." + key + suffix, 0, 0.2, p.shape()),
                    args.get("lr").asDouble(),
                    args.path("weight_decay").asDouble(0));
              })
              .toList());
    }
    parameters.forEach((key, p) -> {
      String tensor = name + "." + key;
      check.array(tensor, p, golden.read(tensor), TOLERANCE);
    });
  }

  private static Optimizer optimizer(JsonNode args) {
    JsonNode betas = args.path("betas");
    return new OptimizerConfig(
            OptimizerConfig.Kind.valueOf(args.get("opt").asString().toUpperCase(Locale.ROOT)),
            args.has("eps") ? args.get("eps").asDouble() : null,
            betas.isMissingNode()
                ? null
                : new Betas(betas.get(0).asDouble(), betas.get(1).asDouble()),
            args.path("momentum").asDouble(0.9),
            0,
            0,
            1,
            1)
        .newOptimizer();
  }

  private void clip(JsonNode settings) {
    List<String> names = golden.names().stream().filter(name -> name.startsWith("clip.")).toList();
    List<INDArray> gradients = new ArrayList<>();
    for (String name : names) {
      String key = name.substring("clip.".length());
      gradients.add(values("g." + key + ".0", 0, 3, golden.read(name).shape()));
    }
    double norm = Gradients.clip(gradients, settings.get("max_norm").asDouble());
    double expected = settings.get("total_norm").asDouble();
    check.number("clip total norm", Math.abs(norm - expected) / expected, TOLERANCE);
    for (int i = 0; i < names.size(); i++) {
      check.array(names.get(i), gradients.get(i), golden.read(names.get(i)), TOLERANCE);
    }
  }

  private void average(JsonNode settings) {
    for (String name : golden.names()) {
      if (name.equals("ema") || name.startsWith("ema.")) {
        INDArray expected = golden.read(name);
        INDArray average = values("p.matrix", 0, 0.5, expected.shape());
        for (int step = 0; step < settings.get("steps").asInt(); step++) {
          INDArray weights = values("w." + step, 0, 1, expected.shape());
          ArrayKernels.move(average, weights, 1 - settings.get("decay").asDouble());
        }
        check.array(name, average, expected, TOLERANCE);
      }
    }
  }

  private long[] shape(String optimizer, String parameter) {
    return golden.read(optimizer + "." + parameter).shape();
  }

  private INDArray values(String name, double base, double scale, long... shape) {
    return formula.array(name, base, scale, shape).castTo(DataType.DOUBLE);
  }
}
