package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EngineTest {

  private static final int WIDTH = 6;
  private static final int CLASSES = 3;

  /** Tokens [B, 5, 6] to a loss, with ops of all kinds: views, pads, kernels, native ones. */
  private static SameDiff graph() {
    Nd4j.getRandom().setSeed(3);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5, WIDTH);
    SDVariable target = sd.placeHolder("target", DataType.FLOAT, -1, CLASSES);
    SDVariable scale = sd.var("scale", Nd4j.rand(DataType.FLOAT, WIDTH).addi(0.5));
    SDVariable weight = sd.var("weight", Nd4j.randn(DataType.FLOAT, WIDTH, WIDTH));
    SDVariable head = sd.var("head", Nd4j.randn(DataType.FLOAT, CLASSES, WIDTH));
    SDVariable token = sd.var("token", Nd4j.randn(DataType.FLOAT, 1, 1, WIDTH));
    sd.var("unused", Nd4j.rand(DataType.FLOAT, 2));
    SDVariable padded =
        sd.nn().pad(x, sd.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {1, 0}, {0, 0}})), 0);
    SDVariable first =
        sd.nn()
            .pad(token, sd.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {0, 5}, {0, 0}})), 0);
    SDVariable tokens = padded.add(first); // [B, 6, 6]
    SDVariable centred = tokens.sub(tokens.mean(true, 2));
    SDVariable variance = centred.mul(centred).mean(true, 2);
    SDVariable norm = centred.div(sd.math().sqrt(variance.add(1e-5))).mul(scale);
    SDVariable flat = norm.reshape(-1, WIDTH);
    SDVariable y =
        sd.mmul(flat, weight, false, true, false).reshape(-1, 6, 2, 3).permute(0, 2, 1, 3);
    SDVariable attention = sd.nn().softmax(sd.mmul(y, y, false, true, false).mul(0.3), -1);
    SDVariable mixed = sd.mmul(attention, y).permute(0, 2, 1, 3).reshape(-1, 6, WIDTH);
    SDVariable gelu = mixed.mul(sd.math().erf(mixed.mul(Math.sqrt(0.5))).add(1).mul(0.5));
    SDVariable z = gelu.add("z", tokens);
    SDVariable logits = sd.mmul(z.mean(1), head, false, true, false).rename("logits");
    sd.nn().logSoftmax(logits).mul(target).sum(1).mean().neg().rename("loss");
    return sd;
  }

  private static Map<String, INDArray> inputs(int batch, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return Map.of(
        "x", Nd4j.randn(DataType.FLOAT, batch, 5, WIDTH),
        "target", Nd4j.rand(DataType.FLOAT, batch, CLASSES));
  }

  private static Program training(Engine engine) {
    return engine.training(graph(), "loss", List.of("logits", "z"));
  }

  private static Map<String, INDArray> copies(Map<String, INDArray> values) {
    Map<String, INDArray> copies = new HashMap<>();
    values.forEach((name, array) -> copies.put(name, array.dup()));
    return copies;
  }

  private static void assertSame(Map<String, INDArray> actual, Map<String, INDArray> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach((name, array) -> {
      double error = actual.get(name).sub(array).norm2Number().doubleValue();
      assertThat(error).as(name).isLessThanOrEqualTo(2e-5 * array.norm2Number().doubleValue());
    });
  }

  @Test
  void compiledEqualsStockAtSeveralBatchSizesInTurn() {
    try (Program compiled = training(Engine.COMPILED);
        Program stock = training(Engine.STOCK)) {
      // More sizes than a program keeps plans for, and back.
      int[] batches = {4, 7, 4, 1, 2, 3, 5, 4};
      for (int i = 0; i < batches.length; i++) {
        Map<String, INDArray> inputs = inputs(batches[i], i);
        assertSame(compiled.run(inputs), stock.run(inputs));
      }
    }
  }

  @Test
  void aTrainingProgramReturnsTheLossTheOutputsAndTheGradients() {
    try (Program program = training(Engine.COMPILED)) {
      assertThat(program.run(inputs(2, 1)))
          .containsOnlyKeys(
              "loss", "logits", "z", "scale-grad", "weight-grad", "head-grad", "token-grad");
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aLossCanBeDifferentiatedByAPlaceholder(Engine engine) {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
    SDVariable w = sd.var("w", Nd4j.createFromArray(3f, 5f));
    x.mul(x).mul(w).sum("loss");
    INDArray given = Nd4j.createFromArray(new float[][] {{1, 2}, {7, 11}});
    try (Program program = engine.training(sd, "loss", List.of(), List.of("x"))) {
      assertThat(program.run(Map.of("x", given)).get(Program.gradient("x")))
          .isEqualTo(Nd4j.createFromArray(new float[][] {{6, 20}, {42, 110}}));
    }
  }

  @Test
  void aRunLeavesNothingBehind() {
    try (Program program = training(Engine.COMPILED)) {
      Map<String, INDArray> before = copies(program.run(inputs(4, 1)));
      Map<String, INDArray> other = program.run(inputs(4, 2));
      assertThat(other.get("loss")).isNotEqualTo(before.get("loss"));
      // The caller may use the returned arrays as his own, as the clipping of gradients does.
      other.values().forEach(array -> array.assign(Float.NaN));
      Map<String, INDArray> after = program.run(inputs(4, 1));
      before.forEach((name, array) -> assertThat(after.get(name)).as(name).isEqualTo(array));
    }
  }

  @Test
  void parametersThatChangeInPlaceCount() {
    SameDiff sd = graph();
    Map<String, INDArray> inputs = inputs(2, 1);
    try (Program program = Engine.COMPILED.inference(sd, List.of("logits"))) {
      INDArray before = program.run(inputs).get("logits").dup();
      sd.getVariable("head").getArr().muli(2);
      assertThat(program.run(inputs).get("logits")).isEqualTo(before.mul(2));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void inferenceNeedsOnlyTheInputsOfItsOutputs(Engine engine) {
    SameDiff sd = graph();
    Map<String, INDArray> both = inputs(3, 1);
    try (Program program = engine.inference(sd, List.of("logits", "x"))) {
      INDArray withoutTarget = program.run(Map.of("x", both.get("x"))).get("logits").dup();
      Map<String, INDArray> withTarget = program.run(both);
      assertThat(withTarget.get("logits")).isEqualTo(withoutTarget);
      assertThat(withTarget.get("x")).isEqualTo(both.get("x"));
      assertThat(withoutTarget.shape()).containsExactly(3, CLASSES);
    }
  }

  @Test
  void aPlanThatWasBuiltInAWorkspaceOutlivesIt() {
    try (Program program = training(Engine.COMPILED)) {
      Map<String, INDArray> inputs = inputs(2, 1);
      Map<String, INDArray> before;
      try (MemoryWorkspace _ =
          Nd4j.getWorkspaceManager()
              .getAndActivateWorkspace(
                  WorkspaceConfiguration.builder().initialSize(1 << 20).build(), "engine-test")) {
        before = program.run(inputs);
      }
      Map<String, INDArray> copies = copies(before);
      assertThat(before.values()).noneMatch(INDArray::isAttached);
      assertSame(program.run(inputs), copies);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void wrongNamesAndInputsAreNamedAndDoNoHarm(Engine engine) {
    SameDiff sd = graph();
    assertThatThrownBy(() -> engine.inference(sd, List.of("nothing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The graph has no variable named nothing");
    assertThatThrownBy(() -> engine.training(sd, "nothing", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The graph has no variable named nothing");
    Map<String, INDArray> good = inputs(2, 1);
    try (Program program = engine.training(sd, "loss", List.of())) {
      Map<String, INDArray> before = copies(program.run(good));
      assertRejected(
          program,
          Map.of("x", good.get("x")),
          "The input target is missing; give an array FLOAT [-1, 3]");
      assertRejected(
          program,
          with(good, "x", Nd4j.zeros(DataType.FLOAT, 2, 5, 7)),
          "The input x is FLOAT [2, 5, 7], but the graph takes FLOAT [-1, 5, 6] (-1: any length)");
      assertRejected(
          program,
          with(good, "x", Nd4j.zeros(DataType.FLOAT, 5, 6)),
          "The input x is FLOAT [5, 6], but the graph takes FLOAT [-1, 5, 6] (-1: any length)");
      assertRejected(
          program,
          with(good, "x", good.get("x").castTo(DataType.DOUBLE)),
          "The input x is DOUBLE [2, 5, 6], but the graph takes FLOAT [-1, 5, 6] (-1: any length)");
      assertRejected(
          program,
          with(good, "image", good.get("x")),
          "The graph has no input named image; it takes [target, x]");
      assertSame(program.run(good), before);
    }
  }

  private static Map<String, INDArray> with(
      Map<String, INDArray> inputs, String name, INDArray array) {
    Map<String, INDArray> changed = new HashMap<>(inputs);
    changed.put(name, array);
    return changed;
  }

  private static void assertRejected(
      Program program, Map<String, INDArray> inputs, String message) {
    assertThatThrownBy(() -> program.run(inputs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void closingFreesTheArraysAndKeepsTheParameters() {
    SameDiff sd = graph();
    Program program = Engine.COMPILED.training(sd, "loss", List.of("z"));
    Map<String, INDArray> values = program.run(inputs(2, 1));
    INDArray z = values.get("z");
    program.close();
    assertThat(z.wasClosed()).isTrue();
    assertThat(sd.getVariable("weight").getArr().wasClosed()).isFalse();
    program.close();
    assertThat(program.run(inputs(2, 1)).get("z").wasClosed()).isFalse();
    program.close();
  }

  /** Shapes that follow from values of an input are others in the next run. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shapesMayDependOnValues(int axes) {
    SameDiff sd = SameDiff.create();
    SDVariable x =
        sd.placeHolder("x", DataType.FLOAT, axes == 1 ? new long[] {3} : new long[] {3, 2});
    SDVariable times = sd.placeHolder("times", DataType.INT64, axes);
    sd.math().exp(sd.tile("tiled", x, times)).rename("y");
    INDArray values = Nd4j.rand(DataType.FLOAT, axes == 1 ? new long[] {3} : new long[] {3, 2});
    try (Program stock = Engine.STOCK.inference(sd, List.of("y"));
        Program compiled = Engine.COMPILED.inference(sd, List.of("y"))) {
      for (long n : new long[] {2, 3, 1, 3}) {
        long[] each = new long[axes];
        Arrays.fill(each, n);
        Map<String, INDArray> in = Map.of("x", values, "times", Nd4j.createFromArray(each));
        INDArray expected = stock.run(in).get("y");
        INDArray actual = compiled.run(in).get("y");
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.equalsWithEps(expected, 1e-6)).isTrue();
      }
    }
  }
}
