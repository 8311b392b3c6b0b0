package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

class TrainStepTest {

  private static final int BATCH = 4;
  private static final int SIZE = 16;
  private static final int CLASSES = 3;

  static Stream<String> nanos() {
    return Zoo.list("*_nano*").stream().map(ModelEntry::name);
  }

  private static Model small(String name) {
    Model model = Zoo.get(name).model();
    return model.with(model.setup().withImageSize(SIZE).withClasses(CLASSES));
  }

  private static Parameters parameters() {
    return new Parameters(DataType.FLOAT, Parameters.Source.seeded(3));
  }

  private static INDArray images() {
    CounterRandom random = new CounterRandom(5);
    float[] values = new float[BATCH * 3 * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return Nd4j.createFromArray(values).reshape(BATCH, 3, SIZE, SIZE);
  }

  private static TrainStep.Pass pass(TrainStep step) {
    return step.pass(
        images(),
        Trainer.targets(new int[] {0, 2, 1, 1}, CLASSES, 0),
        site -> site.mask(DataType.FLOAT, BATCH, new CounterRandom(1)));
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void everyLearnedParameterHasAGradient(String name) {
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(small(name), parameters, Engine.COMPILED)) {
      TrainStep.Pass pass = pass(step);
      List<String> without =
          parameters
              .trainable()
              .filter(p -> {
                INDArray gradient = pass.gradient(p.name());
                return gradient == null || !(gradient.norm2Number().doubleValue() > 0);
              })
              .map(Parameter::name)
              .toList();
      assertThat(without).isEmpty();
      assertThat(parameters.trainable().count()).isGreaterThan(20);
    }
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void trainAndEvaluationGraphsShareArrays(String name) {
    Model model = small(name);
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(model, parameters, Engine.COMPILED);
        Evaluator evaluator = new Evaluator(model, parameters, Engine.COMPILED)) {
      var evaluation = ModelGraph.of(model, parameters, Phase.EVAL).graph().sameDiff();
      for (Parameter p : parameters) {
        if (evaluation.hasVariable(p.name())) {
          assertThat(evaluation.getVariable(p.name()).getArr()).as(p.name()).isSameAs(p.array());
        }
      }
      double[][] before = evaluator.probabilities(images());
      TrainStep.Pass pass = pass(step);
      step.updateStatistics(pass);
      step.update(pass, new Sgd(0, false), 0.1, p -> 0.0);
      double[][] after = evaluator.probabilities(images());
      assertThat(after[0]).isNotEqualTo(before[0]);
      try (Evaluator fresh = new Evaluator(model, parameters, Engine.COMPILED)) {
        assertThat(fresh.probabilities(images())).isDeepEqualTo(after);
      }
    }
  }

  @Test
  void clippingScalesAllGradientsByOneFactor() {
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(small("vit_nano"), parameters, Engine.COMPILED)) {
      TrainStep.Pass pass = pass(step);
      List<String> names = parameters.trainable().map(Parameter::name).toList();
      List<INDArray> before = names.stream().map(name -> pass.gradient(name).dup()).toList();
      double squares = 0;
      for (INDArray gradient : before) {
        for (double g : gradient.ravel().toDoubleVector()) {
          squares += g * g;
        }
      }
      double norm = Math.sqrt(squares);

      assertThat(step.clip(pass, 2 * norm)).isEqualTo(norm, within(1e-5 * norm));
      for (int i = 0; i < names.size(); i++) {
        assertThat(pass.gradient(names.get(i))).isEqualTo(before.get(i));
      }
      assertThat(step.clip(pass, norm / 4)).isEqualTo(norm, within(1e-5 * norm));
      for (int i = 0; i < names.size(); i++) {
        INDArray quarter = before.get(i).mul(0.25);
        assertThat(pass.gradient(names.get(i)).distance2(quarter))
            .isLessThan(1e-4 * quarter.norm2Number().doubleValue());
      }
      assertThat(step.clip(pass, norm)).isEqualTo(norm / 4, within(1e-4 * norm));
    }
  }
}
