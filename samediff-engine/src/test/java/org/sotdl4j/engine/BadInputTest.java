package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What cannot run is refused in a sentence that names variable and op, and does no harm. */
class BadInputTest {

  /** {@code y = sqrt(x W)}; x is [B, n] with any n, so that a wrong one is met inside the graph. */
  private static SameDiff graph() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, -1);
    SDVariable weight =
        sd.var("weight", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    SDVariable product = sd.mmul("product", x, weight);
    sd.math().sqrt("y", product).sum().rename("loss");
    return sd;
  }

  private static final INDArray GOOD = Nd4j.createFromArray(new float[][] {{1, 0, 3}});

  private static void assertUsable(Program program) {
    INDArray y = program.run(Map.of("x", GOOD)).get("y");
    assertThat(y.toFloatVector()).containsExactly(4, (float) Math.sqrt(20));
  }

  @Test
  void anOpThatDoesNotTakeItsArguments() {
    try (Program program = Engine.COMPILED.training(graph(), "loss", List.of("y"))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> program.run(Map.of("x", Nd4j.ones(DataType.FLOAT, 2, 5))))
            .isInstanceOf(OperationException.class)
            .hasMessageMatching(
                "The op matmul, which makes product from x FLOAT \\[2, 5], weight FLOAT \\[3, 2],"
                    + " failed: .+");
        assertUsable(program);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void notANumber(Engine engine) {
    try (Program program = engine.inference(graph(), List.of("y"))) {
      assertUsable(program);
      INDArray x = Nd4j.ones(DataType.FLOAT, 70, 3);
      x.putScalar(67, 1, Float.NaN);
      assertThatThrownBy(() -> program.run(Map.of("x", x)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The input x, which the op matmul reads, is NaN at [67, 1]");
      assertThatThrownBy(() -> program.run(Map.of("x", x.dup('f'))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The input x, which the op matmul reads, is NaN at [67, 1]");
      assertUsable(program);
      program.run(Map.of("x", x.assign(Float.POSITIVE_INFINITY))); // as masks have them
    }
  }

  @Test
  void whereNumbersEnd() {
    SameDiff sd = graph();
    try (Program program = Engine.COMPILED.training(sd, "loss", List.of("y"))) {
      assertUsable(program);
      assertThat(program.firstNotFinite()).isEmpty();
      program.run(Map.of("x", GOOD.neg()));
      assertThat(program.firstNotFinite())
          .hasValue("the op sqrt makes NaN or infinity of numbers: y");
      sd.getVariable("weight").getArr().putScalar(0, Float.NaN);
      program.run(Map.of("x", GOOD));
      assertThat(program.firstNotFinite()).hasValue("the parameter weight has a NaN");
    }
  }

  @Test
  void controlFlow() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT);
    sd.constant("limit", 100f);
    SDVariable[] looped =
        sd.whileLoop(
            new String[] {"doubled"},
            "loop",
            new SDVariable[] {x},
            (s, in) -> s.lt(in[0], s.constant(100f)),
            (s, in) -> new SDVariable[] {in[0].mul(2)});
    looped[0].add("y", 1);
    assertThatThrownBy(() -> Engine.COMPILED.inference(sd, List.of("y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "The op \\w+, which makes \\S+, is control flow: only the stock engine runs such a graph");
    try (Program stock = Engine.STOCK.inference(sd, List.of("y"))) {
      assertThat(stock.run(Map.of("x", Nd4j.scalar(3f))).get("y").getFloat(0)).isEqualTo(193);
    }
    // What does not depend on the loop runs.
    x.mul("z", 3);
    try (Program program = Engine.COMPILED.inference(sd, List.of("z"))) {
      assertThat(program.run(Map.of("x", Nd4j.scalar(3f))).get("z").getFloat(0)).isEqualTo(9);
    }
  }

  /** A long axis that the small input does not tell of. */
  private static SameDiff large() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 1);
    SDVariable row = sd.var("row", Nd4j.ones(DataType.FLOAT, 1, 1 << 20));
    x.mul("outer", row).sum(1).rename("y"); // 4 MiB for each of the batch
    return sd;
  }

  @Test
  void aPlanThatDoesNotFitIsRefusedBeforeItTakesMemory() {
    try (Program program = Engine.COMPILED.inference(large(), List.of("y"))) {
      INDArray x = Nd4j.ones(DataType.FLOAT, 1_000_000, 1);
      for (int i = 0; i < 2; i++) {
        Matcher message =
            Pattern.compile(
                    "A plan for x \\[1000000, 1] needs 3906\\.2\\d GiB outside the heap, where"
                        + " ([\\d.]+) GiB are free; a batch of (\\d+) fits")
                .matcher("");
        assertThatThrownBy(() -> program.run(Map.of("x", x)))
            .isInstanceOf(NotEnoughMemoryException.class)
            .satisfies(e -> assertThat(message.reset(e.getMessage()).matches()).isTrue());
        double free = Double.parseDouble(message.group(1)) * 256; // in 4 MiB
        assertThat(Double.parseDouble(message.group(2))).isBetween(0.98 * free - 5, free + 5);
        assertThatThrownBy(() -> program.requireMemory(1_000_000))
            .isInstanceOf(NotEnoughMemoryException.class);
        program.requireMemory(3);
        assertThat(program.run(Map.of("x", Nd4j.ones(DataType.FLOAT, 3, 1))).get("y"))
            .isEqualTo(Nd4j.valueArrayOf(new long[] {3}, 1 << 20, DataType.FLOAT));
      }
    }
  }

  @Test
  void aLossOfSeveralNumbers() {
    try (Program program = Engine.COMPILED.training(graph(), "y", List.of())) {
      assertThatThrownBy(() -> program.run(Map.of("x", GOOD)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The loss y has the shape [1, 2], but a loss is a single number, such as the mean of"
                  + " these");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT", "LONG"})
  void aNumberThatIsNoIndex(DataType type) {
    SameDiff sd = SameDiff.create();
    SDVariable table = sd.constant("table", Nd4j.arange(6).castTo(DataType.FLOAT).reshape(2, 3));
    sd.gather("y", table, sd.placeHolder("numbers", type, -1, -1), 1);
    try (Program program = Engine.COMPILED.inference(sd, List.of("y"))) {
      for (int wrong : new int[] {3, -1, Integer.MAX_VALUE}) {
        INDArray numbers = Nd4j.createFromArray(new int[][] {{0, 2}, {wrong, 1}}).castTo(type);
        assertThatThrownBy(() -> program.run(Map.of("numbers", numbers)))
            .isInstanceOf(OperationException.class)
            .hasMessageMatching(
                "The op gather, which makes y from table FLOAT .*, numbers .*, failed: %d is no"
                        .formatted(wrong)
                    + " index of an axis of length 3");
      }
      INDArray good = Nd4j.createFromArray(new int[][] {{0, 2}, {1, 1}}).castTo(type);
      float[] y = program.run(Map.of("numbers", good)).get("y").ravel().toFloatVector();
      assertThat(y).containsExactly(0, 2, 1, 1, 3, 5, 4, 4);
    }
  }
}
