package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** What each pass makes of a graph computes the same, forward and backward. */
class PassesTest {

  /** A part of a graph. */
  private interface Part {
    SDVariable write(SameDiff sd, SDVariable x);
  }

  static SDVariable gelu(SameDiff sd, SDVariable x) {
    return x.mul(sd.math().erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5));
  }

  static SDVariable layerNorm(SameDiff sd, SDVariable x, String name, long width) {
    int last = 2;
    SDVariable centred = x.sub(x.mean(true, last));
    SDVariable variance = centred.mul(centred).mean(true, last);
    return centred
        .div(sd.math().sqrt(variance.add(1e-3)))
        .mul(variable(x, name + ".weight", Nd4j.rand(DataType.FLOAT, width).addi(0.5)))
        .add(variable(x, name + ".bias", Nd4j.randn(DataType.FLOAT, width)));
  }

  static SDVariable attention(SameDiff sd, SDVariable x, int tokens, int heads, int width) {
    SDVariable[] qkv =
        sd.unstack(x.reshape(-1, tokens, 3, heads, width).permute(2, 0, 3, 1, 4), 0, 3);
    SDVariable scores = sd.mmul(qkv[0], qkv[1], false, true, false).mul(0.4);
    return sd.mmul(sd.nn().softmax(scores, -1), qkv[2])
        .permute(0, 2, 1, 3)
        .reshape(-1, tokens, heads * width);
  }

  /**
   * Compares both engines on x [batch, tokens, width] times a learned scale, followed by the part
   * and a loss with a gradient that is not uniform: ours is about as near to the truth (the graph
   * in double) as the stock one.
   *
   * @param step what the pass makes
   */
  private static void compare(String step, int batch, int tokens, int width, Part part) {
    compare(step, step + "_bp", batch, tokens, width, part);
  }

  /**
   * The same for a step whose gradient has another name.
   *
   * @param backward the gradient
   */
  private static void compare(
      String step, String backward, int batch, int tokens, int width, Part part) {
    SameDiff sd = graph(DataType.FLOAT, tokens, width, part);
    INDArray input = Nd4j.randn(DataType.FLOAT, batch, tokens, width).muli(2);
    INDArray slopes;
    try (Program plain = Engine.STOCK.inference(sd, List.of("y"));
        Program fused = Engine.COMPILED.inference(sd, List.of("y"))) {
      INDArray forward = plain.run(Map.of("x", input)).get("y");
      slopes = Nd4j.randn(DataType.FLOAT, forward.shape());
      for (int run = 0; run < 2; run++) {
        assertClose("y", fused.run(Map.of("x", input)).get("y"), forward);
      }
      assertThat(fused.profile().stream().map(StepTime::name)).contains(step);
    }
    Map<String, INDArray> inputs = Map.of("x", input, "slopes", slopes);
    try (Program fused = Engine.COMPILED.training(sd, "loss", List.of("y"));
        Program plain = Engine.STOCK.training(sd, "loss", List.of("y"));
        Program exact =
            Engine.STOCK.training(
                graph(DataType.DOUBLE, tokens, width, part), "loss", List.of("y"))) {
      Map<String, INDArray> expected = exact.run(inDouble(inputs));
      Map<String, INDArray> stock = plain.run(inputs);
      double loss =
          expected.get("y").norm2Number().doubleValue() * slopes.norm2Number().doubleValue();
      for (int run = 0; run < 2; run++) {
        Map<String, INDArray> actual = fused.run(inputs);
        assertThat(actual).containsOnlyKeys(expected.keySet());
        expected.forEach((name, array) ->
            assertThat(error(actual.get(name), array))
                .as("%s: %s instead of %s", name, actual.get(name), array)
                .isLessThanOrEqualTo(
                    1.5 * error(stock.get(name), array)
                        + 1e-6 * (name.equals("loss") ? loss : array.norm2Number().doubleValue())
                        + 1e-6));
      }
      assertThat(fused.profile().stream().map(StepTime::name)).contains(step, backward);
    }
  }

  private static SameDiff graph(DataType type, int tokens, int width, Part part) {
    Nd4j.getRandom().setSeed(5);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", type, -1, tokens, width);
    SDVariable scaled = x.mul(variable(x, "scale", Nd4j.rand(DataType.FLOAT, width).addi(0.5)));
    SDVariable y = part.write(sd, scaled).rename("y");
    y.mul(sd.placeHolder("slopes", type, -1, -1, -1)).sum().rename("loss");
    return sd;
  }

  /** A variable of the type of another. */
  static SDVariable variable(SDVariable x, String name, INDArray value) {
    return x.getSameDiff().var(name, value.castTo(x.dataType()));
  }

  private static void assertClose(String name, INDArray actual, INDArray expected) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    assertThat(actual.distance2(expected))
        .as("%s: %s instead of %s", name, actual, expected)
        .isLessThanOrEqualTo(2e-6 * expected.norm2Number().doubleValue() + 1e-6);
  }

  /** The distance from the exact values. */
  static double error(INDArray actual, INDArray exact) {
    assertThat(actual.shape()).isEqualTo(exact.shape());
    return actual.castTo(DataType.DOUBLE).distance2(exact);
  }

  static Map<String, INDArray> inDouble(Map<String, INDArray> arrays) {
    return arrays.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().castTo(DataType.DOUBLE)));
  }

  /** Rows of a learned table, some of them twice and some numbers outside, times x. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 3, 5", "1, 7, 16", "3, 11, 33", "5, 13, 192"})
  void lookup(int batch, int tokens, int width) {
    compare(
        "lookup",
        batch,
        tokens,
        width,
        (sd, x) -> {
          INDArray numbers = Nd4j.create(DataType.INT32, batch, tokens);
          for (long i = 0; i < numbers.length(); i++) {
            numbers.putScalar(i, (int) (3 * i % 8 - 1));
          }
          SDVariable table = variable(x, "table", Nd4j.randn(DataType.FLOAT, 6, width));
          SDVariable rows = sd.oneHot(sd.constant(numbers), 6).reshape(-1, 6);
          if (x.dataType() != DataType.FLOAT) {
            rows = rows.castTo(x.dataType());
          }
          return x.mul(sd.mmul(rows, table).reshape(batch, tokens, width));
        });
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 3, 5", "1, 7, 16", "3, 11, 33", "5, 13, 768"})
  void gelu(int batch, int tokens, int width) {
    compare("gelu", batch, tokens, width, PassesTest::gelu);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2", "2, 3, 5", "1, 7, 16", "3, 11, 33", "5, 13, 192"})
  void layerNorm(int batch, int tokens, int width) {
    compare("layer_norm", batch, tokens, width, (sd, x) -> layerNorm(sd, x, "norm", width));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "2, 3, 2, 5",
    "1, 7, 1, 16",
    "3, 48, 2, 8",
    "2, 101, 3, 17",
    "1, 197, 3, 64"
  })
  void attention(int batch, int tokens, int heads, int width) {
    compare(
        "attention",
        batch,
        tokens,
        3 * heads * width,
        (sd, x) -> attention(sd, x, tokens, heads, width));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 2, 1", "2, 3, 5, 7", "5, 13, 192, 11"})
  void linear(int batch, int tokens, int width, int out) {
    compare("linear", batch, tokens, width, (sd, x) -> linear(sd, x, "linear", tokens, width, out));
  }

  static SDVariable linear(SameDiff sd, SDVariable x, String name, int tokens, int width, int out) {
    INDArray weight = Nd4j.randn(DataType.FLOAT, out, width);
    return sd.mmul(x.reshape(-1, width), variable(x, name + ".weight", weight), false, true, false)
        .add(variable(x, name + ".bias", Nd4j.randn(DataType.FLOAT, out)))
        .reshape(-1, tokens, out);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 3, 5", "3, 11, 33"})
  void sum(int batch, int tokens, int width) {
    // The gradients' sum.
    compare("sum", "sum", batch, tokens, width, (sd, x) -> gelu(sd, x).add(x).add(x));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 1, 0, 1", "2, 3, 5, 1, 2", "3, 11, 33, 4, 3", "2, 197, 64, 196, 1"})
  void slice(int batch, int tokens, int width, int from, int count) {
    compare("slice", "padding", batch, tokens, width, (sd, x) -> tokens(x, from, count));
  }

  private static SDVariable tokens(SDVariable x, int from, int count) {
    SDIndex all = SDIndex.all();
    return x.get(all, SDIndex.interval(from, from + count), all);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0, 1", "2, 3, 5, 2, 0", "3, 11, 33, 1, 4"})
  void padding(int batch, int tokens, int width, int before, int after) {
    long[][] widths = {{0, 0}, {before, after}, {0, 0}};
    compare(
        "padding",
        "slice",
        batch,
        tokens,
        width,
        (sd, x) -> sd.nn().pad(x, sd.constant(Nd4j.createFromArray(widths)), 0));
  }

  /** A transformer's block of which one or two tokens are read. */
  @ParameterizedTest
  @CsvSource({"1, 2, 1, 2, 0, 1", "2, 5, 2, 3, 3, 2", "3, 11, 3, 8, 0, 1", "2, 101, 2, 16, 70, 1"})
  void rowsThatNobodyReads(int batch, int tokens, int heads, int head, int from, int count) {
    int width = heads * head;
    Part part =
        (sd, x) -> {
          SDVariable qkv =
              linear(sd, layerNorm(sd, x, "norm1", width), "qkv", tokens, width, 3 * width);
          SDVariable mixed = attention(sd, qkv.mul(1 / Math.sqrt(width)), tokens, heads, head);
          SDVariable y = x.add(linear(sd, mixed, "proj", tokens, width, width));
          SDVariable wide = linear(sd, layerNorm(sd, y, "norm2", width), "fc1", tokens, width, 7);
          SDVariable z = y.add(linear(sd, gelu(sd, wide), "fc2", tokens, 7, width));
          return tokens(layerNorm(sd, z, "norm", width), from, count);
        };
    compare("attention", batch, tokens, width, part);
    SameDiff sd = graph(DataType.FLOAT, tokens, width, part);
    try (Program program = Engine.COMPILED.inference(sd, List.of("y"))) {
      program.run(Map.of("x", Nd4j.randn(DataType.FLOAT, batch, tokens, width)));
      String read = "[%d, %d, ".formatted(batch, count);
      assertThat(program.profile())
          .filteredOn(step -> Set.of("attention", "gelu", "sum").contains(step.name()))
          .hasSize(4)
          .allSatisfy(step -> assertThat(step.shapes()).contains("-> " + read));
    }
  }

  /** Slices of slices, and layers between them. */
  @ParameterizedTest
  @CsvSource({"2, 3, 1, 1", "0, 6, 3, 2", "1, 4, 0, 4"})
  void slicesOfSlicesBehindAttention(int from, int count, int next, int left) {
    compare(
        "attention",
        3,
        6,
        24,
        (sd, x) -> {
          SDVariable mixed = attention(sd, x.mul(0.3), 6, 2, 4);
          return tokens(gelu(sd, tokens(mixed, from, count)), next, left);
        });
  }

  /** Stock SameDiff takes what is there. */
  @Test
  void aSliceThatBeginsBeforeTheArray() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 6, 8).mul(2);
    sd.stridedSlice(x, new long[] {0, -9, 0}, new long[] {3, 4, 8}, 1, 1, 1).rename("y");
    Map<String, INDArray> inputs = Map.of("x", Nd4j.randn(DataType.FLOAT, 3, 6, 8));
    try (Program compiled = Engine.COMPILED.inference(sd, List.of("y"));
        Program stock = Engine.STOCK.inference(sd, List.of("y"))) {
      assertClose("y", compiled.run(inputs).get("y"), stock.run(inputs).get("y"));
    }
  }

  /** What passes add has names of its own. */
  @Test
  void namesLikeThoseOfStatistics() {
    compare(
        "layer_norm",
        2,
        5,
        8,
        (sd, x) -> {
          SDVariable norm = layerNorm(sd, x, "norm", 8).rename("n");
          SDVariable mean = norm.mean(true, 1).rename("n-mean");
          return norm.sub(mean).add(x.mul("sum-0", 2));
        });
  }

  @Test
  void cheapOperationsRunAgainForTheGradient() {
    Part mlp = (sd, x) -> linear(sd, gelu(sd, layerNorm(sd, x, "norm", 7)), "fc", 5, 7, 3);
    compare("gelu", 3, 5, 7, mlp);
    SameDiff sd = graph(DataType.FLOAT, 5, 7, mlp);
    INDArray x = Nd4j.randn(DataType.FLOAT, 3, 5, 7);
    INDArray slopes = Nd4j.randn(DataType.FLOAT, 3, 5, 3);
    try (Program program = Engine.COMPILED.training(sd, "loss", List.of())) {
      program.run(Map.of("x", x, "slopes", slopes));
      List<String> steps = program.profile().stream().map(StepTime::name).toList();
      // GELU for the weight's gradient, the layer norm for GELU's.
      assertThat(steps.stream().filter("gelu"::equals)).hasSize(2);
      assertThat(steps.stream().filter("layer_norm"::equals)).hasSize(2);
    }
  }

  /** Tokens as a map of one channel each, normalised as BatchNorm2d writes it, and back. */
  private static SDVariable batchNorm(SameDiff sd, SDVariable x, int tokens, int width) {
    SDVariable map = x.reshape(-1, tokens, 1, width);
    SDVariable centred = map.sub(map.mean(true, 3).mean(true, 0, 2));
    SDVariable variance = centred.mul(centred).mean(true, 3).mean("variance", true, 0, 2);
    SDVariable weight = variable(x, "weight", Nd4j.rand(DataType.FLOAT, tokens).addi(0.5));
    SDVariable bias = variable(x, "bias", Nd4j.randn(DataType.FLOAT, tokens));
    return centred
        .mul(weight.reshape(1, tokens, 1, 1).div(sd.math().sqrt(variance.add(1e-3))))
        .add(bias.reshape(1, tokens, 1, 1))
        .reshape(-1, tokens, width);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 2", "2, 3, 5", "1, 7, 16", "3, 11, 33", "5, 13, 784"})
  void batchNorm(int batch, int channels, int width) {
    compare("batch_norm", batch, channels, width, (sd, x) -> batchNorm(sd, x, channels, width));
  }

  /** Tokens as square maps of as many channels, through a convolution. */
  private static SDVariable convolution(
      SameDiff sd, SDVariable x, int in, int side, int out, int kernel, int stride, int padding) {
    SDVariable map = x.reshape(-1, in, side, side);
    int outSide = (side + 2 * padding - kernel) / stride + 1;
    return convolution(sd, map, in, out, kernel, stride, padding)
        .reshape(-1, out, outSide * outSide);
  }

  private static SDVariable convolution(
      SameDiff sd, SDVariable map, int in, int out, int kernel, int stride, int padding) {
    SDVariable weight =
        variable(map, "weight", Nd4j.randn(DataType.FLOAT, out, in, kernel, kernel));
    SDVariable bias = variable(map, "bias", Nd4j.randn(DataType.FLOAT, out));
    return sd.cnn().conv2d(map, weight.permute(2, 3, 1, 0), bias, config(kernel, stride, padding));
  }

  private static Conv2DConfig config(int kernel, int stride, int padding) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .paddingMode(PaddingMode.VALID)
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 0",
    "2, 3, 7, 5, 3, 1, 1",
    "1, 2, 8, 3, 2, 2, 0",
    "3, 5, 11, 7, 3, 2, 1",
    "17, 3, 5, 2, 1, 1, 0",
    "2, 32, 29, 17, 3, 1, 1",
    "2, 3, 32, 13, 16, 16, 0",
    "3, 17, 7, 67, 1, 1, 0",
    "2, 33, 9, 131, 3, 2, 1",
    "1, 37, 14, 5, 3, 1, 1"
  })
  void convolution(int batch, int in, int side, int out, int kernel, int stride, int padding) {
    compare(
        "convolution",
        batch,
        in,
        side * side,
        (sd, x) -> convolution(sd, x, in, side, out, kernel, stride, padding));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2, 1, 2", "2, 3, 8, 5, 2", "3, 5, 33, 7, 11", "2, 3, 64, 70, 16"})
  void patches(int batch, int in, int side, int out, int size) {
    compare(
        "patches",
        "patches",
        batch,
        in,
        side * side,
        (sd, x) -> convolution(sd, x, in, side, out, size, size, 0).permute(0, 2, 1));
  }

  /** Pixels beside the last patch are not seen. */
  @Test
  void aConvolutionThatLeavesOutPixelsIsNotOfPatches() {
    compare(
        "convolution", 2, 3, 81, (sd, x) -> convolution(sd, x, 3, 9, 5, 2, 2, 0).permute(0, 2, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 3, 1, 2, 1, 0",
    "2, 3, 7, 1, 3, 1, 1",
    "1, 2, 8, 3, 2, 2, 0",
    "3, 5, 11, 2, 3, 2, 1",
    "2, 3, 9, 2, 5, 3, 2",
    "2, 17, 29, 1, 5, 1, 2",
    "1, 3, 40, 2, 9, 8, 4"
  })
  void depthwiseConvolution(
      int batch, int channels, int side, int multiplier, int kernel, int stride, int padding) {
    int outSide = (side + 2 * padding - kernel) / stride + 1;
    int out = channels * multiplier;
    compare(
        "depthwise_convolution",
        batch,
        channels,
        side * side,
        (sd, x) -> {
          INDArray values = Nd4j.randn(DataType.FLOAT, out, 1, kernel, kernel);
          SDVariable weight =
              variable(x, "weight", values)
                  .reshape(channels, multiplier, kernel, kernel)
                  .permute(2, 3, 0, 1);
          SDVariable bias = variable(x, "bias", Nd4j.randn(DataType.FLOAT, out));
          SDVariable map = x.reshape(-1, channels, side, side);
          return sd.cnn()
              .depthWiseConv2d(map, weight, bias, config(kernel, stride, padding))
              .reshape(-1, out, outSide * outSide);
        });
  }

  /** A norm by running statistics, as BatchNorm2d writes it. */
  private static SDVariable runningNorm(SDVariable x, String name, int channels) {
    SDVariable[] vectors = new SDVariable[4];
    for (int i = 0; i < vectors.length; i++) {
      INDArray values = Nd4j.rand(DataType.FLOAT, channels).addi(0.5);
      vectors[i] = variable(x, name + i, values).reshape(1, channels, 1, 1);
    }
    SDVariable scale = vectors[2].div(x.getSameDiff().math().sqrt(vectors[1].add(1e-3)));
    return x.sub(vectors[0]).mul(scale).add(vectors[3]);
  }

  /** Norms before and behind a convolution, of which those that can go into its weights. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 0, true, true, 0",
    "2, 3, 7, 5, 3, 1, true, true, 1",
    "3, 5, 8, 7, 2, 0, true, false, 0",
    "1, 17, 9, 3, 1, 0, true, false, 0",
    "2, 4, 9, 19, 3, 1, false, true, 0"
  })
  void normsGoIntoTheWeights(
      int batch,
      int in,
      int side,
      int out,
      int kernel,
      int padding,
      boolean before,
      boolean behind,
      long left) {
    Nd4j.getRandom().setSeed(5);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, in, side, side);
    SDVariable map = before ? runningNorm(x.mul(2), "before", in) : x.mul(2);
    SDVariable y = convolution(sd, map, in, out, kernel, 1, padding);
    (behind ? runningNorm(y, "behind", out) : y).rename("y");
    Map<String, INDArray> inputs = Map.of("x", Nd4j.randn(DataType.FLOAT, batch, in, side, side));
    try (Program compiled = Engine.COMPILED.inference(sd, List.of("y"));
        Program stock = Engine.STOCK.inference(sd, List.of("y"))) {
      for (int run = 0; run < 2; run++) {
        assertClose("y", compiled.run(inputs).get("y"), stock.run(inputs).get("y"));
        // Statistics move in place.
        sd.getVariable(before ? "before1" : "behind1").getArr().muli(3);
      }
      assertThat(compiled.profile().stream().filter(s -> s.name().equals("running_norm")))
          .hasSize((int) left);
    }
  }

  /**
   * Compares a program for parameters that do not change with the stock engine, for two batches of
   * which the second has half as many pictures more.
   *
   * @param steps what its passes make, and nothing else but scaling
   */
  private static void compareFrozen(
      List<String> steps, int batch, int tokens, int width, Part part) {
    SameDiff sd = graph(DataType.FLOAT, tokens, width, part);
    SameDiff exact = graph(DataType.DOUBLE, tokens, width, part);
    try (Program plain = Engine.STOCK.inference(sd, List.of("y"));
        Program truth = Engine.STOCK.inference(exact, List.of("y"));
        Program frozen = Engine.COMPILED.frozen(sd, List.of("y"))) {
      for (int pictures : new int[] {batch, batch + Math.ceilDiv(batch, 2), batch}) {
        INDArray x = Nd4j.randn(DataType.FLOAT, pictures, tokens, width);
        INDArray expected = truth.run(inDouble(Map.of("x", x))).get("y");
        double stock = error(plain.run(Map.of("x", x)).get("y"), expected);
        assertThat(error(frozen.run(Map.of("x", x)).get("y"), expected))
            .isLessThanOrEqualTo(1.5 * stock + 1e-6 * expected.norm2Number().doubleValue());
      }
      assertThat(frozen.profile())
          .filteredOn(step -> !Set.of("multiply", "mul_scalar").contains(step.name()))
          .extracting(StepTime::name)
          .isEqualTo(steps);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 0",
    "2, 3, 7, 3, 2, 1",
    "1, 2, 8, 2, 2, 0",
    "3, 5, 35, 3, 2, 1",
    "2, 3, 33, 5, 3, 2",
    "2, 17, 16, 3, 1, 1"
  })
  void maxPool(int batch, int channels, int side, int kernel, int stride, int padding) {
    Pooling2DConfig config =
        Pooling2DConfig.builder()
            .kH(kernel)
            .kW(kernel)
            .sH(stride)
            .sW(stride)
            .pH(padding)
            .pW(padding)
            .paddingMode(PaddingMode.VALID)
            .isNHWC(false)
            .build();
    int outSide = (side + 2 * padding - kernel) / stride + 1;
    compare(
        "max_pool",
        batch,
        channels,
        side * side,
        (sd, x) ->
            sd.cnn()
                .maxPooling2d(x.reshape(-1, channels, side, side), config)
                .reshape(-1, channels, outSide * outSide));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2, 1", "2, 3, 5, 7", "1, 13, 16, 64", "3, 67, 130, 65", "2, 5, 1700, 700"})
  void frozenLinear(int batch, int tokens, int width, int out) {
    compareFrozen(
        List.of("linear"),
        batch,
        tokens,
        width,
        (sd, x) -> linear(sd, x, "fc", tokens, width, out));
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 2, 5", "3, 67, 130, 65", "2, 5, 20, 700"})
  void frozenMlpWithResidual(int batch, int tokens, int width, int hidden) {
    compareFrozen(
        List.of("linear+gelu", "linear"),
        batch,
        tokens,
        width,
        (sd, x) -> {
          SDVariable wide = linear(sd, x.mul(1 / Math.sqrt(width)), "fc1", tokens, width, hidden);
          return x.add(linear(sd, gelu(sd, wide), "fc2", tokens, hidden, width));
        });
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2, 1, 2, 2", "2, 3, 8, 5, 3, 2", "1, 3, 64, 70, 16, 16", "2, 5, 30, 7, 14, 7"})
  void frozenPatches(int batch, int in, int side, int out, int kernel, int stride) {
    compareFrozen(
        List.of("patches"),
        batch,
        in,
        side * side,
        (sd, x) -> convolution(sd, x, in, side, out, kernel, stride, 0).permute(0, 2, 1));
  }

  /** Where ND4J's own gradient is wrong: 72, 264 and 50, 50. */
  @Test
  void theGradientOfAProductThatIsOneNumber() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", Nd4j.createFromArray(new float[][] {{3, 22}}));
    SDVariable weight = variable(x, "weight", Nd4j.createFromArray(new float[][] {{5, 7}}));
    sd.mmul(x, weight, false, true, false).mul(2).sum().rename("loss");
    try (Program program = Engine.COMPILED.training(sd, "loss", List.of())) {
      Map<String, INDArray> values = program.run(Map.of());
      assertThat(values.get("x-grad").toFloatMatrix()).isDeepEqualTo(new float[][] {{10, 14}});
      assertThat(values.get("weight-grad").toFloatMatrix()).isDeepEqualTo(new float[][] {{6, 44}});
    }
  }

  /** Someone else reads what lies inside the pattern, so it stays. */
  @Test
  void whatIsReadElsewhereIsNotFused() {
    Nd4j.getRandom().setSeed(5);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4);
    SDVariable cdf = sd.math().erf(x.mul(Math.sqrt(0.5))).add(1).mul("cdf", 0.5);
    x.mul(cdf).rename("y");
    Map<String, INDArray> inputs = Map.of("x", Nd4j.randn(DataType.FLOAT, 2, 3, 4));
    try (Program program = Engine.COMPILED.inference(sd, List.of("y", "cdf"))) {
      Map<String, INDArray> values = program.run(inputs);
      assertClose("y", values.get("y"), inputs.get("x").mul(values.get("cdf")));
      assertThat(program.profile().stream().map(StepTime::name)).doesNotContain("gelu");
    }
  }

  /** Sums over another axis than the last are no layer norm. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aNormOverAnotherAxisIsNotALayerNorm(int axis) {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 3, 3, 3);
    SDVariable centred = x.sub(x.mean(true, axis));
    SDVariable variance = centred.mul(centred).mean(true, axis);
    centred
        .div(sd.math().sqrt(variance.add(1e-3)))
        .mul(variable(x, "weight", Nd4j.rand(DataType.FLOAT, 3)))
        .add(variable(x, "bias", Nd4j.randn(DataType.FLOAT, 3)))
        .rename("y");
    Map<String, INDArray> inputs = Map.of("x", Nd4j.randn(DataType.FLOAT, 3, 3, 3));
    try (Program compiled = Engine.COMPILED.inference(sd, List.of("y"));
        Program stock = Engine.STOCK.inference(sd, List.of("y"))) {
      assertClose("y", compiled.run(inputs).get("y"), stock.run(inputs).get("y"));
    }
  }

  @Test
  void doublesAreLeftToTheOps() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1, 3);
    gelu(sd, x).rename("y");
    INDArray input = Nd4j.createFromArray(new double[][] {{-1, 0, 2}});
    try (Program program = Engine.COMPILED.inference(sd, List.of("y"))) {
      INDArray y = program.run(Map.of("x", input)).get("y");
      assertThat(y.toDoubleVector())
          .containsExactly(
              new double[] {-0.15865525393145707, 0, 1.9544997361036416}, within(1e-12));
    }
  }
}
