package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every kernel against the native op in double precision, op by op: both get the same inputs, so
 * errors do not add up along a graph.
 */
class KernelsTest {

  /** What a graph is made of. */
  private record Maker(SameDiff sd, DataType type, Random random) {

    /** A trainable array of values from -1 to 1 that float and double graphs share. */
    SDVariable values(long... shape) {
      return sd.var("v" + sd.variables().size(), array(shape));
    }

    /** The same from 1 to 3. */
    SDVariable positive(long... shape) {
      return sd.var("v" + sd.variables().size(), array(shape).addi(2));
    }

    private INDArray array(long... shape) {
      return KernelsTest.random(random, shape).castTo(type);
    }
  }

  private static INDArray random(Random random, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, 2 * random.nextFloat() - 1);
    }
    return array;
  }

  /**
   * Checks all ops of a graph and of its gradients that have a kernel.
   *
   * @return the names of these ops
   */
  private static Set<String> check(Function<Maker, SDVariable> graph) {
    SameDiff exact = gradients(DataType.DOUBLE, graph);
    SameDiff sd = gradients(DataType.FLOAT, graph);
    List<String> outputs =
        sd.variables().stream().map(SDVariable::name).filter(n -> n.endsWith("-grad")).toList();
    List<DifferentialFunction> ops = Order.of(sd, outputs);
    List<String> names = new ArrayList<>();
    ops.forEach(op -> names.addAll(List.of(op.outputVariablesNames())));
    Map<String, INDArray> values = new HashMap<>(exact.output(Map.of(), names));
    Set<String> covered = new TreeSet<>();
    for (DifferentialFunction op : ops) {
      List<INDArray> in = new ArrayList<>();
      for (SDVariable variable : op.args()) {
        INDArray value = values.getOrDefault(variable.name(), variable.getArr());
        in.add(value.dataType() == DataType.DOUBLE ? value.castTo(DataType.FLOAT) : value);
      }
      List<INDArray> expected = Arrays.stream(op.outputVariablesNames()).map(values::get).toList();
      List<INDArray> actual =
          expected.stream()
              .map(e -> Nd4j.valueArrayOf(e.shape(), Float.NaN, DataType.FLOAT))
              .toList();
      if (expected.stream().anyMatch(e -> e.dataType() != DataType.DOUBLE)) {
        continue;
      }
      Kernels.of(op, in, actual)
          .ifPresent(kernel -> {
            kernel.run();
            covered.add(op.opName());
            for (int i = 0; i < actual.size(); i++) {
              assertClose(op.opName() + " output " + i, actual.get(i), expected.get(i));
            }
          });
    }
    return covered;
  }

  private static SameDiff gradients(DataType type, Function<Maker, SDVariable> graph) {
    SameDiff sd = SameDiff.create();
    SDVariable y = graph.apply(new Maker(sd, type, new Random(5)));
    // A loss whose gradient by y differs from element to element.
    SDVariable loss = y.mul(y).mul(y).sum();
    sd.setLossVariables(loss);
    sd.createGradFunction();
    return sd.getFunction("grad");
  }

  private static void assertClose(String what, INDArray actual, INDArray expected) {
    double scale = expected.amaxNumber().doubleValue();
    double error = actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue();
    assertThat(error).as(what + " of scale " + scale).isLessThanOrEqualTo(1e-6 * scale);
  }

  @ParameterizedTest
  @CsvSource({
    "'3,5,7', '3,5,7'",
    "'3,5,7', '7'",
    "'3,5,7', '1,7'",
    "'3,5,7', '5,7'",
    "'3,5,7', '3,5,1'",
    "'3,5,7', '3,1,1'",
    "'3,5,7', '1,5,1'",
    "'2,3,5,7', '1,3,1,1'",
    "'2,3,5,7', '3,5,1'",
    "'3,5,7', '1'",
    "'7', '3,5,7'",
    "'1,5,1', '3,5,7'",
    "'1,1', '1,1'",
    "'211,17', '17'",
    "'211,17', '211,1'",
    "'101,16', '16'",
    "'64,50,33', '33'",
    "'64,50,33', '64,50,1'",
    "'64,50,33', '64,50,33'",
    "'16,13,50,7', '1,13,1,1'",
  })
  void arithmeticWithSpreadArguments(String first, String second) {
    long[] a = shape(first);
    long[] b = shape(second);
    assertThat(check(m -> m.values(a).add(m.values(b)))).contains("add", "add_bp");
    assertThat(check(m -> m.values(a).sub(m.values(b)))).contains("subtract", "subtract_bp");
    assertThat(check(m -> m.values(a).mul(m.values(b)))).contains("multiply", "multiply_bp");
    if (b.length > 1 || b[0] > 1) {
      assertThat(check(m -> m.values(a).div(m.positive(b)))).contains("divide", "divide_bp");
    }
  }

  /** Here libnd4j's own gradient by the divisor is wrong: the product of two sums. */
  @Test
  void divisionByOneValue() {
    INDArray x = Nd4j.createFromArray(1f, 2f, 3f);
    INDArray y = Nd4j.createFromArray(2f);
    INDArray upstream = Nd4j.createFromArray(5f, 7f, 11f);
    List<INDArray> out = List.of(Nd4j.create(DataType.FLOAT, 3), Nd4j.create(DataType.FLOAT, 1));
    var op = DynamicCustomOp.builder("divide_bp").addInputs(x, y, upstream).build();
    Kernels.of(op, List.of(x, y, upstream), out).orElseThrow().run();
    assertThat(out.getFirst().toFloatVector()).containsExactly(2.5f, 3.5f, 5.5f);
    assertThat(out.get(1).getFloat(0)).isEqualTo(-(5 + 14 + 33) / 4f);
  }

  @Test
  void whatIsSpreadInTheMiddleOrInTwoWaysRunsNatively() {
    assertThat(check(m -> m.values(3, 5, 7).sub(m.values(3, 1, 7))))
        .doesNotContain("subtract", "subtract_bp");
    assertThat(check(m -> m.values(3, 1, 1).sub(m.values(1, 5, 7))))
        .doesNotContain("subtract", "subtract_bp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "7", "3,5", "64,50,33"})
  void functionsOfOneValue(String text) {
    long[] shape = shape(text);
    assertThat(check(m -> m.sd().math().erf(m.values(shape).mul(3)))).contains("erf", "exp");
    assertThat(check(m -> m.sd().math().exp(m.values(shape)))).contains("exp");
    assertThat(check(m -> m.sd().math().sqrt(m.positive(shape)))).contains("sqrt");
    assertThat(check(m -> m.sd().math().square(m.values(shape)))).contains("square");
    assertThat(check(m -> m.values(shape).add(0.3).mul(-1.7).neg()))
        .contains("add_scalar", "mul_scalar", "neg");
    assertThat(check(m -> m.sd().nn().relu(m.values(shape), 0)))
        .contains("relu", "thresholdedrelu_bp");
  }

  @ParameterizedTest
  @CsvSource({
    "'3,5,7', '2'",
    "'3,5,7', '0'",
    "'3,5,7', '1,2'",
    "'2,3,5,7', '0,2,3'",
    "'3,5,1', '2'",
    "'1,5,1', '0,2'",
    "'64,50,33', '2'",
    "'16,13,50,7', '0,2,3'",
    "'5,9001', '1'"
  })
  void reductions(String text, String axes) {
    long[] shape = shape(text);
    int[] dimensions = Arrays.stream(shape(axes)).mapToInt(Math::toIntExact).toArray();
    assertThat(check(m -> m.values(shape).mean(true, dimensions)))
        .contains("reduce_mean", "reduce_mean_bp");
    assertThat(check(m -> m.positive(shape).sum(true, dimensions)))
        .contains("reduce_sum", "reduce_sum_bp");
  }

  @Test
  void aReductionThatDropsAnAxisOfASquareIsNotMistakenForAnother() {
    assertThat(check(m -> m.values(5, 5).mean(1))).doesNotContain("reduce_mean");
    assertThat(check(m -> m.values(5, 5).mean(0))).doesNotContain("reduce_mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5,1", "3,7", "2,3,5,16", "2,3,5,50", "13,331", "64,50,33"})
  void softmax(String text) {
    assertThat(check(m -> m.sd().nn().softmax(m.values(shape(text)).mul(9), -1)))
        .contains("softmax", "softmax_bp");
  }

  @Test
  void softmaxOnAnotherAxisRunsNatively() {
    assertThat(check(m -> m.sd().nn().softmax(m.values(3, 5, 7), 1))).doesNotContain("softmax");
  }

  @Test
  void softmaxOfLargeValuesDoesNotOverflow() {
    INDArray x = Nd4j.createFromArray(new float[][] {{1000, 999, -1000}});
    INDArray y = Nd4j.create(DataType.FLOAT, 1, 3);
    new Softmax(Floats.of(x).orElseThrow(), Floats.of(y).orElseThrow(), 3).forward().run();
    double e = Math.exp(-1);
    assertThat(y.getFloat(0)).isEqualTo((float) (1 / (1 + e)), within(1e-7f));
    assertThat(y.getFloat(1)).isEqualTo((float) (e / (1 + e)), within(1e-7f));
    assertThat(y.getFloat(2)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "'3,5', '1,0'",
    "'3,5,7', '2,0,1'",
    "'3,5,7', '1,0,2'",
    "'2,3,5,7', '0,2,1,3'",
    "'2,3,5,7', '3,2,1,0'",
    "'2,3,5,7,11', '2,0,3,1,4'",
    "'3,1,7', '2,1,0'",
    "'64,50,33', '0,2,1'"
  })
  void permutations(String text, String order) {
    int[] axes = Arrays.stream(shape(order)).mapToInt(Math::toIntExact).toArray();
    assertThat(check(m -> m.values(shape(text)).permute(axes))).contains("permute");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void concatenation(int axis) {
    long[] other = {3, 5, 7};
    other[axis] = 11;
    assertThat(
            check(m -> m.sd().concat(axis, m.values(3, 5, 7), m.values(other), m.values(3, 5, 7))))
        .contains("concat", "concat_bp");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 3, 5, 7",
    "'', 101, 67, 131",
    "'', 197, 33, 1601",
    "'2', 1, 1, 1",
    "'3', 5, 7, 11",
    "'2,3', 50, 33, 17",
    "'3', 4, 32, 16",
    "'5,7', 13, 64, 31",
    "'3', 12, 1, 49"
  })
  void products(String batch, int m, int n, int k) {
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        Set<String> covered =
            check(graph ->
                graph
                    .sd()
                    .mmul(
                        graph.values(shape(batch, ta ? k : m, ta ? m : k)),
                        graph.values(shape(batch, tb ? n : k, tb ? k : n)),
                        ta,
                        tb,
                        false));
        if (batch.isEmpty()) { // one product only where it has many rows
          assertThat(covered.contains("matmul")).isEqualTo(m > 100);
        } else {
          assertThat(covered).contains("matmul", "matmul_bp");
        }
      }
    }
  }

  private static long[] shape(String batch, long rows, long columns) {
    return shape((batch.isEmpty() ? "" : batch + ",") + rows + "," + columns);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void stacking(int axis) {
    assertThat(check(m -> m.sd().stack(axis, m.values(3, 5, 7), m.values(3, 5, 7))))
        .contains("stack", "unstack");
  }

  @Test
  void otherTypesAndLayoutsRunNatively() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, 5);
    var op = DynamicCustomOp.builder("add").addInputs(x, x).build();
    assertThat(Kernels.of(op, List.of(x, x), List.of(x.dup()))).isPresent();
    INDArray doubles = x.castTo(DataType.DOUBLE);
    assertThat(Kernels.of(op, List.of(doubles, doubles), List.of(doubles.dup()))).isEmpty();
    assertThat(Kernels.of(op, List.of(x, x.dup('f')), List.of(x.dup()))).isEmpty();
    INDArray column = Nd4j.rand(DataType.FLOAT, 5, 7).getColumn(3, true);
    assertThat(Floats.of(column)).isEmpty();
  }

  @Test
  void aViewIsReadWhereItLies() {
    INDArray whole = random(new Random(1), 5, 7);
    INDArray row = whole.getRow(3, true);
    INDArray sum = Nd4j.create(DataType.FLOAT, 1, 7);
    var op = DynamicCustomOp.builder("add").addInputs(row, row).build();
    Kernels.of(op, List.of(row, row), List.of(sum)).orElseThrow().run();
    assertThat(sum).isEqualTo(row.mul(2));
  }

  @Test
  void theResultDoesNotDependOnTheNumberOfThreads() {
    Floats x = Floats.of(random(new Random(2), 3001, 67)).orElseThrow();
    for (Broadcast spread : List.of(new Broadcast(3001, 67, 1), new Broadcast(7, 61, 471))) {
      Elementwise elementwise = new Elementwise(spread);
      INDArray sum = Nd4j.create(DataType.FLOAT, spread.middle());
      Step step =
          elementwise.sum(
              Functions.SQUARE,
              elementwise.operand(x),
              Operand.NONE,
              Operand.NONE,
              Floats.of(sum).orElseThrow().address(),
              1);
      List<INDArray> results = new ArrayList<>();
      for (int threads : new int[] {1, 2, 3}) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
          pool.submit(step::run).join();
        }
        results.add(sum.dup());
      }
      assertThat(results).allMatch(results.getFirst()::equals);
      assertThat(Arrays.equals(results.get(0).toFloatVector(), results.get(2).toFloatVector()))
          .isTrue();
    }
  }

  @Test
  void aSystemPropertyTurnsKernelsOff() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, 5);
    var op = DynamicCustomOp.builder("add").addInputs(x, x).build();
    try {
      System.setProperty(Kernels.PROPERTY, "native");
      assertThat(Kernels.of(op, List.of(x, x), List.of(x.dup()))).isEmpty();
      System.setProperty(Kernels.PROPERTY, "fast");
      assertThatThrownBy(() -> Kernels.of(op, List.of(x, x), List.of(x.dup())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The system property sotdl4j.kernels is fast; it can be java, scalar or native");
    } finally {
      System.clearProperty(Kernels.PROPERTY);
    }
  }

  private static long[] shape(String text) {
    return Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }
}
