package org.sotdl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;

/** Runs single layers and compares their gradients with finite differences in double. */
final class LayerCheck {

  private LayerCheck() {}

  /** Fills parameters with values that no initializer gives, so that a forgotten one shows. */
  static Parameters parameters(DataType type) {
    return new Parameters(
        type,
        (parameter, initializer) ->
            parameter.array().assign(values(parameter.name(), parameter.array().shape())));
  }

  /** Reproducible values in [-1, 1) (names ending in var: [0.5, 1.5)). */
  static INDArray values(String name, long... shape) {
    CounterRandom random = CounterRandom.of(7, name);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(
          i, name.endsWith("var") ? 0.5 + random.nextDouble() : 2 * random.nextDouble() - 1);
    }
    return array;
  }

  /** The output of a layer for one input. */
  static INDArray run(Layer layer, Parameters parameters, Phase phase, INDArray x) {
    Graph graph = Graph.create(parameters, phase);
    SDVariable y = layer.apply(graph.root(), graph.input("x", tail(x.shape())));
    try (Program program = Engine.COMPILED.inference(graph.sameDiff(), List.of(y.name()))) {
      return program.run(Map.of("x", x.castTo(parameters.dataType()))).get(y.name()).dup();
    }
  }

  /**
   * Checks that in double all gradients (by the input and by each parameter) of {@code sum(y * r)},
   * r not uniform, agree with central differences, that static shapes are the real ones, and that
   * both ways to run the graph agree.
   */
  static void gradients(Layer layer, Phase phase, long... inputShape) {
    Parameters parameters = parameters(DataType.DOUBLE);
    Graph graph = Graph.create(parameters, phase);
    // The input is a variable here, so that it has a gradient.
    INDArray x = values("x", inputShape);
    SDVariable in = graph.sameDiff().var("x", x);
    SDVariable y = layer.apply(graph.root(), in);
    long[] shape = graph.shapes().of(y);
    SDVariable loss =
        y.mul(graph.sameDiff().constant("cotangent", values("cotangent", shape))).sum();

    List<String> inputs = new ArrayList<>(List.of("x"));
    parameters.trainable().forEach(p -> inputs.add(p.name()));
    Map<String, INDArray> masks = new HashMap<>();
    for (RandomSite site : graph.randomSites()) {
      masks.put(
          site.name(),
          site.mask(DataType.DOUBLE, (int) inputShape[0], CounterRandom.of(3, site.name())));
    }
    try (Program stock = Engine.STOCK.training(graph.sameDiff(), loss.name(), List.of(y.name()));
        Program compiled =
            Engine.COMPILED.training(graph.sameDiff(), loss.name(), List.of(y.name()))) {
      Map<String, INDArray> expected = stock.run(masks);
      Map<String, INDArray> actual = new HashMap<>();
      compiled.run(masks).forEach((name, array) -> actual.put(name, array.dup()));
      assertThat(actual.get(y.name()).shape()).isEqualTo(shape);
      // A parameter that is only declared has no gradient.
      inputs.removeIf(name -> !expected.containsKey(Program.gradient(name)));
      assertThat(inputs).contains("x");
      for (String name : inputs) {
        INDArray gradient = actual.get(Program.gradient(name));
        assertClose(gradient, expected.get(Program.gradient(name)), 1e-12, name);
        INDArray values = name.equals("x") ? x : parameters.get(name);
        // The losses' rounding is all that differences show of a gradient that is exactly zero.
        INDArray differences = differences(compiled, masks, loss.name(), values);
        assertClose(gradient, differences, 1e-6, 1e-2, name);
      }
    }
  }

  private static INDArray differences(
      Program program, Map<String, INDArray> masks, String loss, INDArray values) {
    INDArray result = Nd4j.create(DataType.DOUBLE, values.shape());
    double h = 1e-6;
    for (long i = 0; i < values.length(); i++) {
      double before = values.getDouble(i);
      values.putScalar(i, before + h);
      double up = program.run(masks).get(loss).getDouble(0);
      values.putScalar(i, before - h);
      double down = program.run(masks).get(loss).getDouble(0);
      values.putScalar(i, before);
      result.putScalar(i, (up - down) / (2 * h));
    }
    return result;
  }

  /** Asserts a small relative L2 distance. */
  static void assertClose(INDArray actual, INDArray expected, double tolerance, String what) {
    assertClose(actual, expected, tolerance, 1e-6, what);
  }

  /** Asserts a small L2 distance, relative to the expected array's length or a smallest length. */
  private static void assertClose(
      INDArray actual, INDArray expected, double tolerance, double smallest, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    INDArray a = actual.castTo(DataType.DOUBLE);
    INDArray b = expected.castTo(DataType.DOUBLE);
    double distance =
        a.sub(b).norm2Number().doubleValue() / Math.max(b.norm2Number().doubleValue(), smallest);
    assertThat(distance).as(what).isLessThan(tolerance);
  }

  private static long[] tail(long[] shape) {
    return Arrays.copyOfRange(shape, 1, shape.length);
  }
}
