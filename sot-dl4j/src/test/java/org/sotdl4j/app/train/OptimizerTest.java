package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.layers.CounterRandom;

class OptimizerTest {

  private static final double[] RATES = {0.1, 0.2, 0.05};
  private static final double[] GRADIENTS = {0.5, -0.25, 2};
  private static final double DECAY = 0.1;

  /** Three steps by hand, from 1: mean, square, decayed parameter, corrected step. */
  @Test
  void adamW() {
    double b1 = 0.8;
    double b2 = 0.9;
    double eps = 0.01;
    double mean = 0;
    double square = 0;
    double p = 1;
    double[] expected = new double[3];
    for (int t = 0; t < 3; t++) {
      double g = GRADIENTS[t];
      mean = b1 * mean + (1 - b1) * g;
      square = b2 * square + (1 - b2) * g * g;
      double correctedMean = mean / (1 - Math.pow(b1, t + 1));
      double correctedSquare = square / (1 - Math.pow(b2, t + 1));
      p -= RATES[t] * DECAY * p;
      p -= RATES[t] * correctedMean / (Math.sqrt(correctedSquare) + eps);
      expected[t] = p;
    }
    // The first step needs no loop: 1 - 0.01 - 0.1 * 0.5 / (0.5 + 0.01).
    assertThat(expected[0]).isEqualTo(0.99 - 0.05 / 0.51, within(1e-15));
    check(new AdamW(new Betas(b1, b2), eps), expected);
  }

  /** d = g + 0.1 p; v = 0.9 v + d; p -= rate v. */
  @Test
  void sgdWithMomentum() {
    // d: 0.6, -0.156; v: 0.6, 0.384; p: 0.94, 0.8632; then d = 2.08632, v = 2.43192.
    check(new Sgd(0.9, false), 0.94, 0.8632, 0.741604);
  }

  /** As above, but the step is d + 0.9 v. */
  @Test
  void sgdWithNesterov() {
    // d = 0.6, v = 0.6, step 1.14: 0.886. d = -0.1614, v = 0.3786, step 0.17934: 0.850132.
    // d = 2.0850132, v = 2.4257532, step 4.26819108: 0.636722446.
    check(new Sgd(0.9, true), 0.886, 0.850132, 0.636722446);
  }

  @Test
  void sgdWithoutMomentum() {
    check(new Sgd(0, false), 0.94, 0.9712, 0.866344);
  }

  @Test
  void decayIsThePartOfTheCaller() {
    INDArray p = Nd4j.createFromArray(1.0, -2.0);
    Optimizer adamW = new AdamW();
    adamW.step(List.of(new Change("p", p, Nd4j.zeros(DataType.DOUBLE, 2), 0.5, 0)));
    assertThat(p.toDoubleVector()).containsExactly(1, -2);
    adamW.step(List.of(new Change("p", p, Nd4j.zeros(DataType.DOUBLE, 2), 0.5, 0.1)));
    assertThat(p.toDoubleVector()).containsExactly(0.95, -1.9);
  }

  /** The reference values are compared by {@code sot verify}; this is the part that they lack. */
  @Test
  void lambScalesAllGradientsToACommonNormOfOne() {
    Optimizer large = new Lamb(Betas.ADAM, 0.1);
    Optimizer small = new Lamb(Betas.ADAM, 0.1);
    INDArray p = Nd4j.createFromArray(1.0, -2.0);
    INDArray q = p.dup();
    // The norm of (3, 0, 4) is 5; the third value belongs to another parameter.
    INDArray other = Nd4j.createFromArray(1.0);
    large.step(
        List.of(
            new Change("p", p, Nd4j.createFromArray(3.0, 0), 0.1, 0),
            new Change("other", other, Nd4j.createFromArray(4.0), 0.1, 0)));
    small.step(List.of(new Change("p", q, Nd4j.createFromArray(0.6, 0), 0.1, 0)));
    assertThat(p.distance2(q)).isLessThan(1e-12);
  }

  /**
   * A gradient of rank one has squares whose rows and columns say all: the factored mean is the
   * mean itself, so that the first step is the sign, which the clipping leaves as it is.
   */
  @Test
  void adafactorKeepsRowsAndColumnsOfALargeMatrix() {
    INDArray rows = values("rows", 0, 1, 17, 1).castTo(DataType.DOUBLE);
    INDArray columns = values("columns", 0, 1, 1, 19).castTo(DataType.DOUBLE);
    INDArray gradient = rows.mmul(columns);
    INDArray p = Nd4j.zeros(DataType.DOUBLE, 17, 19);
    Optimizer optimizer = new Adafactor(OptionalDouble.empty(), 1e-30);
    optimizer.step(List.of(new Change("p", p, gradient, 0.1, 0)));
    assertThat(optimizer.state().get("exp_avg_sq_row.p").length()).isEqualTo(17);
    assertThat(optimizer.state().get("exp_avg_sq_col.p").length()).isEqualTo(19);
    for (long i = 0; i < p.length(); i++) {
      double sign = Math.signum(gradient.getDouble(i));
      assertThat(p.getDouble(i)).isEqualTo(-0.1 * sign, within(1e-9));
    }
  }

  @Test
  void theStateContinuesWhereItWas() {
    for (OptimizerConfig.Kind kind : OptimizerConfig.Kind.values()) {
      var config = new OptimizerConfig(kind, null, null, 0.9, 0, 0, 1, 1);
      List<Optimizer> pair = List.of(config.newOptimizer(), config.newOptimizer());
      INDArray p = Nd4j.createFromArray(1f, -2f, 3f);
      step(pair.getFirst(), p);
      INDArray copy = p.dup();
      pair.getLast().restore(pair.getFirst().state());
      step(pair.getFirst(), p);
      step(pair.getLast(), copy);
      assertThat(copy.toFloatVector()).as("%s", kind).containsExactly(p.toFloatVector());
    }
  }

  /**
   * In float, kernels do what the formulas do in double, on parameters of several lengths at once.
   */
  @Test
  void kernelsEqualTheFormulas() {
    int[] lengths = {1, 7, 8192, 16, 33, 8192 + 5};
    for (OptimizerConfig.Kind kind : OptimizerConfig.Kind.values()) {
      for (double momentum : new double[] {0, 0.9}) {
        var config = new OptimizerConfig(kind, null, null, momentum, 0, 0, 1, 1);
        Optimizer exact = config.newOptimizer();
        Optimizer fused = config.newOptimizer();
        List<INDArray> truths = new ArrayList<>();
        List<INDArray> parameters = new ArrayList<>();
        for (int length : lengths) {
          truths.add(values("p" + length, 0, 1, length).castTo(DataType.DOUBLE));
          parameters.add(truths.getLast().castTo(DataType.FLOAT));
        }
        for (int step = 0; step < 3; step++) {
          exact.step(changes(step, truths));
          fused.step(changes(step, parameters));
        }
        for (int i = 0; i < lengths.length; i++) {
          assertThat(parameters.get(i).castTo(DataType.DOUBLE).distance2(truths.get(i)))
              .as("%s, momentum %s, length %d", kind, momentum, lengths[i])
              .isLessThan(1e-6 * truths.get(i).norm2Number().doubleValue());
        }
      }
    }
  }

  /** Each parameter with a gradient, a rate and a decay of its own. */
  private static List<Change> changes(int step, List<INDArray> parameters) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      INDArray p = parameters.get(i);
      INDArray gradient =
          values("g" + step + i, 0.1, 1, p.shape()).castTo(DataType.FLOAT).castTo(p.dataType());
      changes.add(new Change("p" + i, p, gradient, 0.01 + 0.001 * i, 0.1 - 0.01 * i));
    }
    return changes;
  }

  @Test
  void clippingAndAveragingInOnePass() {
    for (int length : new int[] {1, 7, 33, 64 * 1024 + 5}) {
      INDArray truth = values("g", 0.1, 1, length).castTo(DataType.DOUBLE);
      List<INDArray> gradients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        gradients.add(truth.mul(i + 1).castTo(DataType.FLOAT));
      }
      double norm = truth.norm2Number().doubleValue();
      double all = Math.sqrt(1 + 4 + 9) * norm;
      assertThat(Gradients.clip(gradients, all / 3)).isEqualTo(all, within(1e-6 * all));
      for (int i = 0; i < 3; i++) {
        INDArray clipped = gradients.get(i).castTo(DataType.DOUBLE);
        assertThat(clipped.distance2(truth.mul((i + 1) / 3.0))).isLessThan(1e-6 * all);
      }
      INDArray mean = values("m", 0, 1, length).castTo(DataType.FLOAT);
      INDArray expected = mean.castTo(DataType.DOUBLE).muli(0.75).addi(truth.mul(0.25));
      ArrayKernels.move(mean, truth.castTo(DataType.FLOAT), 0.25);
      assertThat(mean.castTo(DataType.DOUBLE).distance2(expected)).isLessThan(1e-6 * norm);
    }
  }

  private static void step(Optimizer optimizer, INDArray p) {
    optimizer.step(List.of(new Change("p", p, Nd4j.createFromArray(0.1f, 0.7f, -0.3f), 0.1, 0.01)));
  }

  private static void check(Optimizer optimizer, double... expected) {
    INDArray p = Nd4j.createFromArray(1.0, 1.0).reshape(2, 1);
    for (int t = 0; t < expected.length; t++) {
      INDArray gradient = Nd4j.createFromArray(GRADIENTS[t], GRADIENTS[t]).reshape(2, 1);
      optimizer.step(List.of(new Change("p", p, gradient, RATES[t], DECAY)));
      assertThat(p.getDouble(0)).as("step %d", t + 1).isEqualTo(expected[t], within(1e-14));
      assertThat(p.getDouble(1)).isEqualTo(p.getDouble(0));
    }
  }

  /** The fixtures' formula: base + scale r(name, i). */
  private static INDArray values(String name, double base, double scale, long... shape) {
    INDArray x = Nd4j.create(shape);
    CounterRandom random = new CounterRandom(CounterRandom.hash(name));
    for (long i = 0; i < x.length(); i++) {
      x.putScalar(i, base + scale * (2 * ((random.nextLong() >>> 40) * 0x1p-24) - 1));
    }
    return x;
  }
}
