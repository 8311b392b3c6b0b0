package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Graphs of random ops, in which variables are read once, often or never, returned or not: both
 * engines find the same values and gradients.
 */
class RandomGraphsTest {

  private static final int TOKENS = 5;
  private static final int[] WIDTHS = {2, 3, 7, 16, 33, 64};

  /** A graph under construction; all variables are [batch, TOKENS, width]. */
  private static final class Builder {
    private final Random random;
    private final SameDiff sd = SameDiff.create();
    private final List<SDVariable> made = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private int tokens = TOKENS;

    Builder(DataType type, long seed) {
      random = new Random(seed);
      Nd4j.getRandom().setSeed(seed);
      SDVariable x = sd.placeHolder("x", type, -1, TOKENS, 7);
      add(x.mul(PassesTest.variable(x, "scale", Nd4j.rand(DataType.FLOAT, 7).addi(0.5))), 7);
      for (int i = 0; i < 12; i++) {
        addRandom("op" + i);
      }
      SDVariable y = tokens(made.getLast()).rename("y");
      y.mul(sd.placeHolder("slopes", type, -1, tokens, widths.getLast())).sum().rename("loss");
    }

    /** Some tokens in a row, perhaps all. */
    private SDVariable tokens(SDVariable x) {
      int from = random.nextInt(TOKENS);
      tokens = 1 + random.nextInt(TOKENS - from);
      SDIndex all = SDIndex.all();
      return x.get(all, SDIndex.interval(from, from + tokens), all);
    }

    private void add(SDVariable variable, int width) {
      made.add(variable);
      widths.add(width);
    }

    private void addRandom(String name) {
      // Later ones more often, so that graphs become deep.
      int at = made.size() - 1 - (int) (made.size() * Math.pow(random.nextDouble(), 3));
      SDVariable x = made.get(at);
      int width = widths.get(at);
      SDVariable y = sameWidth(width);
      switch (random.nextInt(16)) {
        case 0, 1 -> {
          int out = WIDTHS[random.nextInt(WIDTHS.length)];
          add(PassesTest.linear(sd, x, name, TOKENS, width, out).mul(1 / Math.sqrt(width)), out);
        }
        case 2, 3 -> add(PassesTest.gelu(sd, x), width);
        case 4, 5 -> add(PassesTest.layerNorm(sd, x, name, width), width);
        case 6, 7 -> add(x.add(y), width);
        case 8 -> add(x.mul(y).div(y.mul(y).add(1)), width);
        case 9 -> add(sd.nn().softmax(x, -1).add(x.mul(0.5)), width);
        case 10 -> add(sd.nn().relu(x, 0).sub(y), width);
        case 11 -> add(x.permute(0, 2, 1).mul(-1.5).permute(0, 2, 1), width);
        case 12 -> add(sd.concat(2, x, y), 2 * width);
        case 13 -> add(x.sub(x.mean(true, 2)).add(sd.math().exp(y.mul(-0.1).mul(0.1))), width);
        case 14 -> {
          int part = Math.ceilDiv(width, 2);
          SDIndex all = SDIndex.all();
          add(x.get(all, all, SDIndex.interval(0, part)), part);
        }
        default -> {
          SDVariable qkv = PassesTest.linear(sd, x, name, TOKENS, width, 30);
          add(PassesTest.attention(sd, qkv.mul(1 / Math.sqrt(width)), TOKENS, 2, 5), 10);
        }
      }
    }

    private SDVariable sameWidth(int width) {
      List<SDVariable> others = new ArrayList<>();
      for (int i = 0; i < made.size(); i++) {
        if (widths.get(i) == width) {
          others.add(made.get(i));
        }
      }
      return others.get(random.nextInt(others.size()));
    }

    /** Some of the variables, which a program then returns. */
    private List<String> outputs() {
      TreeSet<String> names = new TreeSet<>(List.of("y"));
      for (SDVariable variable : made) {
        if (random.nextInt(5) == 0) {
          names.add(variable.name());
        }
      }
      return List.copyOf(names);
    }
  }

  @RepeatedTest(120)
  void bothEnginesAgree(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Builder graph = new Builder(DataType.FLOAT, seed);
    List<String> outputs = graph.outputs();
    SameDiff inDouble = new Builder(DataType.DOUBLE, seed).sd;
    try (Program compiled = Engine.COMPILED.training(graph.sd, "loss", outputs);
        Program frozen = Engine.COMPILED.frozen(graph.sd, outputs);
        Program stock = Engine.STOCK.training(graph.sd, "loss", outputs);
        Program exact = Engine.STOCK.training(inDouble, "loss", outputs)) {
      for (int batch : new int[] {3, 1, 3}) {
        Map<String, INDArray> inputs =
            Map.of(
                "x", Nd4j.randn(DataType.FLOAT, batch, TOKENS, 7),
                "slopes", Nd4j.randn(DataType.FLOAT, batch, graph.tokens, graph.widths.getLast()));
        Map<String, INDArray> expected = exact.run(PassesTest.inDouble(inputs));
        Map<String, INDArray> oracle = stock.run(inputs);
        Map<String, INDArray> actual = compiled.run(inputs);
        assertThat(actual).containsOnlyKeys(expected.keySet());
        double size = inputs.get("slopes").norm2Number().doubleValue();
        double loss = expected.get("y").norm2Number().doubleValue() * size;
        Map<String, INDArray> forward = frozen.run(inputs);
        assertThat(forward).containsOnlyKeys(outputs);
        BiConsumer<String, INDArray> check =
            (name, array) -> {
              INDArray exactly = expected.get(name);
              double norm = name.equals("loss") ? loss : exactly.norm2Number().doubleValue();
              double rounding = 3 * PassesTest.error(oracle.get(name), exactly);
              assertThat(PassesTest.error(array, exactly))
                  .as("%s of graph %s, batch %s", name, seed, batch)
                  .isLessThanOrEqualTo(rounding + 5e-6 * norm + 1e-6 * size);
            };
        actual.forEach(check);
        forward.forEach(check);
      }
    }
  }
}
