package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.CutmixBox;
import org.sotdl4j.app.train.Targets;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.Losses;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.Scope;
import tools.jackson.databind.JsonNode;

/** Losses with their gradients, in double; mixed targets and boxes. */
final class LossRecipe {

  private static final double TOLERANCE = 1e-6;
  private static final Pattern LOGITS =
      Pattern.compile("logits \\[(\\d+), ?(\\d+)\\]=([\\d.]+)\\*r");
  private static final Pattern LABELS = Pattern.compile("labels ([\\d ]+\\d)");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:[._]\\d+)?");

  private final Check check;
  private final Engine engine;
  private final INDArray logits;
  private final INDArray teacher;
  private final INDArray student;
  private final int[] labels;
  private final int classes;

  private LossRecipe(Check check, JsonNode fixture, Engine engine) {
    this.check = check;
    this.engine = engine;
    String note = fixture.get("note").asString();
    Matcher shape = match(LOGITS, note);
    int batch = Integer.parseInt(shape.group(1));
    double scale = Double.parseDouble(shape.group(3));
    Formula formula = new Formula(fixture.path("seed").asString(""));
    this.classes = Integer.parseInt(shape.group(2));
    this.logits = formula.array("logits", 0, scale, batch, classes).castTo(DataType.DOUBLE);
    this.teacher = formula.array("teacher", 0, scale, batch, classes).castTo(DataType.DOUBLE);
    this.student = formula.array("student_dist", 0, scale, batch, classes).castTo(DataType.DOUBLE);
    this.labels =
        Arrays.stream(match(LABELS, note).group(1).split(" "))
            .mapToInt(Integer::parseInt)
            .toArray();
  }

  static void compare(Check check, JsonNode fixture, Engine engine) {
    LossRecipe recipe = new LossRecipe(check, fixture, engine);
    fixture
        .get("losses")
        .properties()
        .forEach(entry -> recipe.loss(entry.getKey(), entry.getValue()));
    fixture
        .properties()
        .forEach(entry -> {
          if (entry.getKey().startsWith("mixup_target_")) {
            recipe.mixedTargets(entry.getKey(), entry.getValue());
          }
        });
    fixture.get("cutmix_boxes").forEach(recipe::box);
  }

  private void loss(String name, JsonNode golden) {
    List<Double> numbers = numbers(name);
    if (name.startsWith("cross_entropy")) {
      compare(name, golden, Targets.of(labels, classes, 0), Losses::crossEntropy);
    } else if (name.startsWith("label_smoothing")) {
      compare(name, golden, Targets.of(labels, classes, numbers.get(0)), Losses::crossEntropy);
    } else if (name.startsWith("soft_target_mixup")) {
      INDArray targets = mixed(numbers.get(0), numbers.get(1));
      compare(name, golden, targets, Losses::crossEntropy);
    } else if (name.startsWith("bce_smooth")) {
      INDArray targets = Targets.of(labels, classes, numbers.get(0));
      compare(name, golden, targets, Losses::binaryCrossEntropy);
    } else if (name.startsWith("distill_soft")) {
      double tau = numbers.get(0);
      distilled(
          name,
          golden,
          numbers.get(1),
          (s, z) -> Losses.softDistillation(s, z, s.sd().constant(teacher), tau));
    } else if (name.startsWith("distill_hard")) {
      INDArray hard = Targets.hard(teacher).castTo(DataType.DOUBLE);
      distilled(
          name, golden, numbers.get(0), (s, z) -> Losses.crossEntropy(s, z, s.sd().constant(hard)));
    } else {
      throw new NotThereYet("The loss " + name);
    }
  }

  /** A loss of logits and targets. */
  @FunctionalInterface
  private interface Loss {

    SDVariable write(Scope scope, SDVariable logits, SDVariable targets);
  }

  private void compare(String name, JsonNode golden, INDArray targets, Loss loss) {
    INDArray exact = targets.castTo(DataType.DOUBLE);
    INDArray gradient =
        value(name, golden, logits, (s, z) -> loss.write(s, z, s.sd().constant(exact)));
    check.number(
        name + " gradient",
        Math.abs(gradient.norm2Number().doubleValue() / golden.get("grad_l2").asDouble() - 1),
        TOLERANCE);
    JsonNode first = golden.get("grad_first8");
    double[] expected = new double[first.size()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = first.get(i).asDouble();
    }
    double[] actual = Arrays.copyOf(gradient.ravel().toDoubleVector(), expected.length);
    check.array(
        name + " first of the gradient",
        Nd4j.createFromArray(actual),
        Nd4j.createFromArray(expected),
        TOLERANCE);
  }

  /** The base loss is cross entropy of the first head, the other that of the second. */
  private void distilled(
      String name,
      JsonNode golden,
      double alpha,
      BiFunction<Scope, SDVariable, SDVariable> second) {
    INDArray targets = Targets.of(labels, classes, 0).castTo(DataType.DOUBLE);
    value(
        name,
        golden,
        student,
        (s, z) -> {
          SDVariable base =
              Losses.crossEntropy(s, s.sd().constant(logits), s.sd().constant(targets));
          return base.mul(1 - alpha).add(second.apply(s, z).mul(alpha));
        });
  }

  /** Compares a loss's value, and gives its gradient by the logits. */
  private INDArray value(
      String name, JsonNode golden, INDArray z, BiFunction<Scope, SDVariable, SDVariable> loss) {
    try (Parameters parameters =
        new Parameters(DataType.DOUBLE, (parameter, initializer) -> parameter.array().assign(z))) {
      Graph graph = Graph.create(parameters, Phase.TRAIN);
      Scope scope = graph.root();
      SDVariable variable = scope.parameter("logits", Initializer.ZEROS, z.shape());
      String output = loss.apply(scope, variable).name();
      try (Program program = engine.training(graph.sameDiff(), output, List.of(output))) {
        Map<String, INDArray> values = program.run(Map.of());
        double expected = golden.get("value").asDouble();
        check.absolute(name, values.get(output).getDouble(0), expected, TOLERANCE);
        return values.get(Program.gradient("logits")).dup();
      }
    }
  }

  private void mixedTargets(String name, JsonNode golden) {
    List<Double> numbers = numbers(name);
    INDArray targets = mixed(numbers.get(0), numbers.get(1));
    double[][] rows = new double[golden.size()][classes];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < classes; k++) {
        rows[i][k] = golden.get(i).get(k).asDouble();
      }
    }
    check.array(name, targets, Nd4j.createFromArray(rows), TOLERANCE);
  }

  private INDArray mixed(double lambda, double smoothing) {
    double[] lambdas = new double[labels.length];
    Arrays.fill(lambdas, lambda);
    return Targets.mixed(labels, lambdas, classes, smoothing);
  }

  private void box(JsonNode golden) {
    int height = golden.get("h").asInt();
    int width = golden.get("w").asInt();
    CutmixBox box =
        CutmixBox.around(
            height,
            width,
            golden.get("lam").asDouble(),
            golden.get("cy").asInt(),
            golden.get("cx").asInt());
    check.equal(
        "box",
        box,
        new CutmixBox(
            golden.get("yl").asInt(),
            golden.get("yh").asInt(),
            golden.get("xl").asInt(),
            golden.get("xh").asInt()));
    check.absolute(
        "lambda of a box",
        box.lambda(height, width),
        golden.get("lam_corrected").asDouble(),
        1e-12);
  }

  /** The numbers in a case's name; those of targets have an underscore for the point. */
  private static List<Double> numbers(String name) {
    List<Double> numbers = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(name);
    while (matcher.find()) {
      numbers.add(Double.parseDouble(matcher.group().replace('_', '.')));
    }
    return numbers;
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("Nothing in \"%s\" is like %s".formatted(text, pattern));
    }
    return matcher;
  }
}
